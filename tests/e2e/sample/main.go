package main

import "example.com/app/internal/state"

var version, commit string

func main() {
	state.Print("main", version+commit)
}
