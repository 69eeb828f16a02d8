package io.meltemi.proxy.loop;

/// One deadline that is set, moved and cancelled many times. Confined to its event loop.
///
/// A request arms two or three and nearly always cancels them; so this is a slot in a
/// [TimerQueue]'s array, not a task of the event loop.
public final class Timer {
    final Expiry owner;
    long deadlineNanos;

    /// Place in the queue's array; -1 when not armed.
    int index = -1;

    public Timer(Expiry owner) {
        this.owner = owner;
    }

    public boolean isArmed() {
        return index >= 0;
    }
}
