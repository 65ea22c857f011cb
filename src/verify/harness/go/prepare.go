// Prepare writes the files of the standard library that pin where select and maps begin to look: at
// the first. In stock Go that is random; the simulator, when it is compared, always takes the first.
package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

var changes = []struct{ file, from, to string }{
	{"runtime/select.go", "j := cheaprandn(uint32(norder + 1))", "j := uint32(0)"},
	{"internal/runtime/maps/table.go", "it.entryOffset = rand()", "it.entryOffset = 0"},
	{"internal/runtime/maps/table.go", "it.dirOffset = rand()", "it.dirOffset = 0"},
}

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
