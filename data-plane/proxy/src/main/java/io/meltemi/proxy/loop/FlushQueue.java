package io.meltemi.proxy.loop;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import java.util.Arrays;

/// Collects the channels written to while the loop handles its sockets and flushes each once
/// afterwards: a system call per connection and turn, not one per write. Confined to its event
/// loop. `HOT`.
public final class FlushQueue {
    private final EventLoop eventLoop;
    private final Runnable flush = this::flushAll;
    private Channel[] dirty = new Channel[32];
    private int size;

    public FlushQueue(EventLoop eventLoop) {
        this.eventLoop = eventLoop;
    }

    /// Flushes the channel before this turn of the loop ends. Calling it twice is harmless.
    public void add(Channel channel) {
        if (size > 0 && dirty[size - 1].equals(channel)) {
            return;
        }
        if (size == dirty.length) {
            dirty = Arrays.copyOf(dirty, size * 2);
        }
        if (size == 0) {
            // Tasks run after all ready sockets were read: that is the end of the turn.
            eventLoop.execute(flush);
        }
        dirty[size++] = channel;
    }

    private void flushAll() {
        // A flush may write again (writability changes): what is added meanwhile is flushed here
        // too.
        for (int i = 0; i < size; i++) {
            dirty[i].flush();
        }
        size = 0;
    }
}
