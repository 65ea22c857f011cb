// Package time is the part of the standard package that exported programs use, on the harness's clock.
package time

import (
	"cosim/harness"
	real "time"
)

type (
	Duration = real.Duration
	Time     = real.Time
)

const (
	Nanosecond  = real.Nanosecond
	Microsecond = real.Microsecond
	Millisecond = real.Millisecond
	Second      = real.Second
	Minute      = real.Minute
	Hour        = real.Hour
)

// Sleep returns at once if there is nothing to wait for.
func Sleep(d Duration) {
	if d > 0 {
		<-After(d)
	}
}

func After(d Duration) <-chan Time {
	c := make(chan Time, 1)
	if d <= 0 {
		c <- Time{}
	} else {
		harness.After(d, &harness.Action{C: c})
	}
	return c
}

func AfterFunc(d Duration, f func()) *harness.Action {
	a := &harness.Action{Go: f}
	harness.After(max(d, 0), a)
	return a
}
