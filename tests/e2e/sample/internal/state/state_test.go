package state

import "testing"

func TestPrint(t *testing.T) {
	Print("test", "")
}
