// Prepare writes the files of the standard library that pin where select and maps begin to look. In
// stock Go that is random; the simulator, when it is compared, always takes the first.
//
// The compiler lays out the cases of a select with those that send in front and those that receive
// behind, from the last to the first. Here they are looked at from the end of that table: what
// receives, as it is written, then what sends, from the last. Cases that wait at the same channel
// stand in its queue in that order, too.
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
	{"internal/runtime/maps/table.go", "it.entryOffset = rand()", "it.entryOffset = 0"},
	{"internal/runtime/maps/table.go", "it.dirOffset = rand()", "it.dirOffset = 0"},
}

const sameChannel = `
	for i := range lockorder {
		for j := i; j > 0 && scases[lockorder[j]].c == scases[lockorder[j-1]].c && lockorder[j] > lockorder[j-1]; j-- {
			lockorder[j], lockorder[j-1] = lockorder[j-1], lockorder[j]
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
