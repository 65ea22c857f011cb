// Prepare writes the files of the standard library that pin what is random in stock Go. The simulator,
// when it is compared, always takes the first.
//
// The compiler lays out the cases of a select with those that send in front and those that receive
// behind, from the last to the first. Here they are looked at from the end of that table: what
// receives, as it is written, then what sends, from the last. Cases that wait at the same channel
// stand in its queue in that order, too.
//
// The children of a context lie in a map, whose order depends on addresses. Here they lie in a slice.
package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

var changes = []struct{ file, from, to string }{
	{"runtime/select.go", "for i := range scases {\n", "for i := len(scases) - 1; i >= 0; i-- {\n"},
	{"runtime/select.go", "j := cheaprandn(uint32(norder + 1))", "j := norder"},
	{"runtime/select.go", "\t// lock all the channels involved in the select\n", sameChannel},
	{"context/context.go", "children map[canceler]struct{}", "children []canceler"},
	{"context/context.go", "p.children = make(map[canceler]struct{})", "p.children = nil"},
	{"context/context.go", "p.children[child] = struct{}{}", "p.children = append(p.children, child)"},
	{"context/context.go", "delete(p.children, child)", removed},
	{"context/context.go", "for child := range c.children {", "for _, child := range c.children {"},
}

const sameChannel = `
	for i := range lockorder {
		for j := i; j > 0 && scases[lockorder[j]].c == scases[lockorder[j-1]].c && lockorder[j] > lockorder[j-1]; j-- {
			lockorder[j], lockorder[j-1] = lockorder[j-1], lockorder[j]
		}
	}
`

const removed = `
		for i, other := range p.children {
			if other == child {
				p.children = append(p.children[:i:i], p.children[i+1:]...)
				break
			}
		}
`

func main() {
	replaced := map[string]string{}
	here, err := os.Getwd()
	check(err)
	check(os.MkdirAll("overlay", 0o755))
	for _, change := range changes {
		path := filepath.Join(runtime.GOROOT(), "src", change.file)
		own := filepath.Join(here, "overlay", strings.ReplaceAll(change.file, "/", "_"))
		from := path
		if replaced[path] != "" {
			from = own
		}
		text, err := os.ReadFile(from)
		check(err)
		if !strings.Contains(string(text), change.from) {
			panic("error: this version of Go has another " + change.file)
		}
		check(os.WriteFile(own, []byte(strings.Replace(string(text), change.from, change.to, 1)), 0o644))
		replaced[path] = own
	}
	text, err := json.Marshal(map[string]any{"Replace": replaced})
	check(err)
	check(os.WriteFile("overlay.json", text, 0o644))
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}
