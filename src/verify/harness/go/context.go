// Package context is the standard package with deadlines on the harness's clock.
package context

import (
	real "context"
	"cosim/harness"
	"time"
)

type (
	Context    = real.Context
	CancelFunc = real.CancelFunc
)

var (
	Canceled         = real.Canceled
	DeadlineExceeded = real.DeadlineExceeded
)

func Background() Context { return real.Background() }

func WithCancel(parent Context) (Context, CancelFunc) { return real.WithCancel(parent) }

type key struct{}

type timed struct {
	Context
	at time.Duration
}

func (t *timed) Value(name any) any {
	if _, ok := name.(key); ok {
		return t.at
	}
	return t.Context.Value(name)
}

// WithTimeout sets no timer if the parent's time is up before.
func WithTimeout(parent Context, d time.Duration) (Context, CancelFunc) {
	ctx, cancel := real.WithCancel(parent)
	at := harness.Now() + d
	if earlier, ok := parent.Value(key{}).(time.Duration); ok && earlier < at || ctx.Err() != nil {
		return ctx, cancel
	}
	t := &timed{ctx, at}
	if d <= 0 {
		cancel()
		return t, cancel
	}
	timer := &harness.Action{Go: cancel, Skip: func() bool { return ctx.Err() != nil }}
	harness.After(d, timer)
	return t, func() {
		timer.Stop()
		cancel()
	}
}
