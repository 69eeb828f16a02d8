package io.meltemi.proxy.http.h2;

/// What became of the newest streams that a peer opened: enough to tell a stream it ended from one
/// it never opened (RFC 9113 §5.1, §5.1.1). Confined to its event loop. `HOT`.
///
/// Netty forgets a stream when it is closed. Two bits for each of the last 64 streams cost nothing;
/// about older ones nothing is claimed.
final class StreamWindow {
    private static final int SIZE = Long.SIZE;

    private int newest = -1;
    private long opened;
    private long ended;

    /// Whether a HEADERS frame for this id opens a stream.
    boolean isNew(int id) {
        return id > newest;
    }

    void open(int id) {
        int steps = newest < 0 ? SIZE : (id - newest) >> 1;
        opened = steps >= SIZE ? 0 : opened << steps;
        ended = steps >= SIZE ? 0 : ended << steps;
        opened |= 1;
        newest = id;
    }

    /// The peer said that nothing more comes on this stream.
    void end(int id) {
        int age = age(id);
        if (age < SIZE) {
            ended |= 1L << age;
        }
    }

    /// Whether the peer passed this id over when it opened a later one.
    boolean wasSkipped(int id) {
        int age = age(id);
        return age < SIZE && ((opened >>> age) & 1) == 0;
    }

    boolean wasOpened(int id) {
        int age = age(id);
        return age < SIZE && ((opened >>> age) & 1) != 0;
    }

    boolean wasEnded(int id) {
        int age = age(id);
        return age < SIZE && ((ended >>> age) & 1) != 0;
    }

    private int age(int id) {
        return id > newest ? SIZE : (newest - id) >> 1;
    }
}
