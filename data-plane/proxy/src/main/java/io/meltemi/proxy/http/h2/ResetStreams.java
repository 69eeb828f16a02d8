package io.meltemi.proxy.http.h2;

/// The last streams that we reset: what their peer had sent before it knew is no error (RFC 9113
/// §5.1, "closed"). Confined to its event loop.
///
/// Netty forgets a stream when it is closed. Of streams that are longer gone a late frame is
/// answered by one more reset.
final class ResetStreams {
    private static final int KEPT = 128;

    private final int[] ids = new int[KEPT];
    private int next;

    void add(int id) {
        ids[next] = id;
        next = (next + 1) % KEPT;
    }

    boolean contains(int id) {
        for (int each : ids) {
            if (each == id) {
                return true;
            }
        }
        return false;
    }
}
