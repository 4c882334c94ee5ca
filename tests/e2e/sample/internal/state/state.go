// Package state says what became of a program of the sample, and imports net, so that cgo makes it dynamic.
package state

import (
	"fmt"
	"net"
	"os"
	"runtime"
)

// State is what stringer would be asked about.
type State int

// Print is what every program of the sample does.
func Print(name, version string) {
	fmt.Printf("%s %s runs on %s/%s with %q\n", name, version, runtime.GOOS, runtime.GOARCH, os.Args[1:])
	if net.ParseIP("127.0.0.1") == nil {
		os.Exit(1)
	}
}
