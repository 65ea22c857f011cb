// Package harness runs programs on Go's own scheduler under the toolchain's own fake clock, and writes
// down what they log.
//
//	programs FROM TO     runs programs p<FROM> up to, not including, p<TO>, each in a process of its own
//
// The scheduler, channels, locks and contexts are the stock ones. Only what depends on the machine is
// replaced:
//
//   - the clock: -tags=faketime lets it move when nobody can run; Work moves it too;
//   - the order of timers that are due at one instant: the order in which they were set;
//   - the monitor thread, which would preempt by what the real clock says: it is held up, and time
//     slices are cut here, by its rule;
//   - system calls: a goroutine that blocks is parked, and put where one goes whose thread returns
//     and finds no idle processor: behind all others in the global queue;
//   - what is random: where select begins to look, the order of a context's children (see prepare);
//   - random draws: those the simulator made, in the same order.
package harness

import (
	"bufio"
	"debug/dwarf"
	"debug/elf"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"time"
	"unsafe"
)

//go:linkname faketime runtime.faketime
var faketime int64

//go:linkname sched runtime.sched
var sched byte

//go:linkname allp runtime.allp
var allp []unsafe.Pointer

//go:linkname gopark runtime.gopark
func gopark(unlock func(g, lock unsafe.Pointer) bool, lock unsafe.Pointer, reason, trace uint8, skip int)

//go:linkname casgstatus runtime.casgstatus
func casgstatus(g unsafe.Pointer, from, to uint32)

//go:linkname globrunqput runtime.globrunqput
func globrunqput(g unsafe.Pointer)

//go:linkname lock runtime.lock
func lock(mutex unsafe.Pointer)

//go:linkname unlock runtime.unlock
func unlock(mutex unsafe.Pointer)

//go:linkname newTimer time.newTimer
func newTimer(when, period int64, f func(any, uintptr, int64), arg any, c unsafe.Pointer) *time.Timer

var (
	programs = map[string]func(){}
	lines    []byte
	origin   int64
	over     bool
	draws    []string
)

// Register is called by every program for its main.
func Register(name string, main func()) { programs[name] = main }

// Now is the time since the start.
func Now() time.Duration { return time.Duration(faketime - origin) }

// Log writes a line down.
func Log(text string) {
	if over {
		return
	}
	text = strings.NewReplacer("\r\n", "␤", "\n", "␤", "\r", "␤").Replace(text)
	lines = strconv.AppendInt(lines, int64(Now()), 10)
	lines = append(append(append(lines, ' '), text...), '\n')
}

// Finish writes everything out and ends the process.
func Finish(status string) {
	if over {
		return
	}
	over = true
	lines = append(append(append(lines, '='), status...), '\n')
	for len(lines) > 0 {
		n, err := syscall.Write(3, lines)
		if err != nil {
			break
		}
		lines = lines[n:]
	}
	syscall.Exit(0)
}

func drawn() string {
	if len(draws) == 0 {
		Finish("error there are no more draws")
	}
	first := draws[0]
	draws = draws[1:]
	return first
}

// Int is the next draw.
func Int() int {
	n, _ := strconv.Atoi(drawn())
	return n
}

// Float is the next draw.
func Float() float64 {
	x, _ := strconv.ParseFloat(drawn(), 64)
	return x
}

// ── computing ───────────────────────────────────────────────────────────

var (
	// The processor's count of dispatches.
	tick *uint32
	// The time slice; 0 if nobody is preempted.
	slice int64
	// The tick that was seen last, when it began, and how late it was then.
	seen          uint32
	began, latest int64
)

// observe notes when a new tick began: not before the clock moved last.
func observe() {
	if *tick != seen {
		seen, began = *tick, latest
	}
	latest = faketime
}

// Work computes for so long. Who has used up the slice of his tick goes behind everybody, as the
// monitor would have it.
func Work(duration time.Duration) {
	for d := int64(duration); d > 0; {
		n := d
		if observe(); slice > 0 {
			left := began + slice - faketime
			if left <= 0 {
				runtime.Gosched()
				continue
			}
			n = min(n, left)
		}
		if len(blocked) > 0 {
			n = min(n, blocked[0].until-faketime)
		}
		faketime += n
		latest = faketime
		d -= n
		returned()
	}
}

// ── system calls ────────────────────────────────────────────────────────

// A call is a goroutine in a system call, without a processor.
type call struct {
	until int64
	g     unsafe.Pointer
}

var (
	// In the order in which they return.
	blocked []*call
	// The lock of the global queue.
	queue unsafe.Pointer
)

// Block is a system call that takes so long. Others have the processor meanwhile.
func Block(duration time.Duration) {
	if duration <= 0 {
		return
	}
	c := &call{until: faketime + int64(duration)}
	at := len(blocked)
	for at > 0 && blocked[at-1].until > c.until {
		at--
	}
	blocked = slices.Insert(blocked, at, c)
	// The clock is not to move past it when nobody can run.
	newTimer(c.until, 0, func(any, uintptr, int64) { observe(); returned() }, nil, nil)
	gopark(func(g, _ unsafe.Pointer) bool { c.g = g; return true }, nil, 0, 0, 1)
}

// returned puts those whose calls are over behind everybody, as exitsyscall does.
func returned() {
	for len(blocked) > 0 && blocked[0].until <= faketime {
		g := blocked[0].g
		blocked = blocked[1:]
		const waiting, runnable = 4, 1
		casgstatus(g, waiting, runnable)
		lock(queue)
		globrunqput(g)
		unlock(queue)
	}
}

// ── timers ──────────────────────────────────────────────────────────────

// A moment is all that is due at one instant.
type moment struct {
	first, last *Action
	past        bool
}

// An Action is what a timer does: a value into a channel, or a goroutine.
type Action struct {
	C    chan time.Time
	Go   func()
	Skip func() bool
	off  bool
	next *Action
}

// Stop takes it back.
func (a *Action) Stop() bool {
	was := !a.off
	a.off = true
	return was
}

var moments = map[int64]*moment{}

// After sets a timer.
func After(d time.Duration, a *Action) {
	when := faketime + int64(d)
	m := moments[when]
	if m != nil && !m.past {
		m.last.next = a
		m.last = a
		return
	}
	m = &moment{first: a, last: a}
	moments[when] = m
	newTimer(when, 0, fire, m, nil)
}

// fire runs where the scheduler runs the functions of timers.
func fire(arg any, _ uintptr, _ int64) {
	observe()
	m := arg.(*moment)
	m.past = true
	for a := m.first; a != nil; a = a.next {
		if a.off || a.Skip != nil && a.Skip() {
			continue
		}
		a.off = true
		if a.C == nil {
			go a.Go()
			continue
		}
		select {
		case a.C <- time.Time{}:
		default:
		}
	}
}

// ── processes ───────────────────────────────────────────────────────────

// Main runs one program, or each of several in a process of its own.
func Main() {
	if os.Args[1] == "run" {
		run(os.Args[2])
	}
	from, _ := strconv.Atoi(os.Args[1])
	to, _ := strconv.Atoi(os.Args[2])
	os.Setenv("COSIM_OFFSETS", offsets())
	out, err := syscall.Dup(1)
	if err != nil {
		panic(err)
	}
	say := func(text string) { syscall.Write(out, []byte(text)) }
	exe, err := os.Executable()
	if err != nil {
		panic(err)
	}
	for n := from; n < to; n++ {
		say("@" + strconv.Itoa(n) + "\n")
		name := "p" + strconv.Itoa(n)
		files := []uintptr{0, 2, 2, uintptr(out)}
		pid, err := syscall.ForkExec(exe, []string{exe, "run", name}, &syscall.ProcAttr{Env: os.Environ(), Files: files})
		if err != nil {
			say("=error " + err.Error() + "\n")
			continue
		}
		var status syscall.WaitStatus
		syscall.Wait4(pid, &status, 0, nil)
		if status.Signaled() {
			say("=error it computed for too long\n")
		} else if status.ExitStatus() != 0 {
			say("=error it panicked\n")
		}
	}
	syscall.Exit(0)
}

func run(name string) {
	program := programs[name]
	if program == nil {
		Finish("error there is no such program")
	}
	syscall.Setrlimit(syscall.RLIMIT_CPU, &syscall.Rlimit{Cur: 5, Max: 5})
	debug.SetGCPercent(-1)
	runtime.GOMAXPROCS(1)
	draws = read("draws.txt", strings.TrimPrefix(name, "p"))
	nanos, _ := strconv.ParseInt(os.Getenv("COSIM_SLICE"), 10, 64)
	slice = nanos
	var at [3]int
	for n, text := range strings.Fields(os.Getenv("COSIM_OFFSETS")) {
		at[n], _ = strconv.Atoi(text)
	}
	stopMonitor(at[0])
	tick = (*uint32)(unsafe.Add(allp[0], at[1]))
	queue = unsafe.Add(unsafe.Pointer(&sched), at[2])
	// What the runtime has queued at its start has run when a program's main first waits.
	for range 16 {
		runtime.Gosched()
	}
	origin = faketime
	*tick = 6
	seen, began, latest = 6, faketime, faketime
	go func() {
		program()
		Finish("ok")
	}()
	// Longer than anything: it is over when nobody else can do anything any more.
	time.Sleep(1 << 61)
	Finish("deadlock")
}

// read gives the draws of a program: a line that begins with its number.
func read(file, number string) []string {
	f, err := os.Open(file)
	if err != nil {
		return nil
	}
	defer f.Close()
	for lines := bufio.NewReader(f); ; {
		line, err := lines.ReadString('\n')
		if words := strings.Fields(line); len(words) > 0 && words[0] == number {
			return words[1:]
		}
		if err != nil {
			return nil
		}
	}
}

// stopMonitor takes the lock without which the monitor thread does nothing.
func stopMonitor(at int) {
	key := (*uintptr)(unsafe.Add(unsafe.Pointer(&sched), at))
	for !atomic.CompareAndSwapUintptr(key, 0, 1) {
	}
}

// offsets reads from the debug information of this program where some fields of the runtime lie.
func offsets() string {
	exe, err := os.Executable()
	if err != nil {
		panic(err)
	}
	file, err := elf.Open(exe)
	if err != nil {
		panic(err)
	}
	data, err := file.DWARF()
	if err != nil {
		panic(err)
	}
	fields := [][2]string{{"runtime.schedt", "sysmonlock"}, {"runtime.p", "schedtick"}, {"runtime.schedt", "lock"}}
	var all []string
	for _, f := range fields {
		all = append(all, strconv.FormatInt(field(data, f[0], f[1]), 10))
	}
	return strings.Join(all, " ")
}

func field(data *dwarf.Data, structure, name string) int64 {
	for r := data.Reader(); ; {
		entry, err := r.Next()
		if err != nil || entry == nil {
			panic("there is no " + structure + "." + name)
		}
		if entry.Tag == dwarf.TagCompileUnit {
			continue
		}
		if found, _ := entry.Val(dwarf.AttrName).(string); entry.Tag != dwarf.TagStructType || found != structure {
			r.SkipChildren()
			continue
		}
		t, err := data.Type(entry.Offset)
		if err != nil {
			panic(err)
		}
		for _, f := range t.(*dwarf.StructType).Field {
			if f.Name == name {
				return f.ByteOffset
			}
		}
		r.SkipChildren()
	}
}
