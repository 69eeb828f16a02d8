package io.meltemi.proxy.http.h2;

import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import java.util.function.Consumer;

/// Counts the frames that cost us more than the peer and ends the connection when they get out of
/// hand, with ENHANCE_YOUR_CALM. Confined to its event loop.
///
/// The limits are Envoy's ([FloodLimits], `overload.premature_reset_*`), and like there they stand
/// in relation to what the connection carried, so that a long-lived one is not closed for its age.
/// Answers and frames count from one write to the socket to the next, for as long as it takes them:
/// a burst is refused as it is by Envoy, whether or not the peer reads. CONTINUATION frames and the
/// size of a header block are counted by Netty's reader.
final class FloodGuard {
    /// `overload.premature_reset_total_stream_count`.
    private static final int PREMATURE_ENDS_CONSIDERED = 500;

    /// `overload.premature_reset_min_stream_lifetime_seconds` is 1, and Envoy compares whole
    /// seconds.
    private static final long PREMATURE_NANOS = 2_000_000_000L;

    /// Ours: SETTINGS are sent once, and now and then a window is tuned.
    private static final int MAX_SETTINGS_PER_STREAM = 10;

    private static final int MAX_SETTINGS = 1000;

    /// Ours: frames of unknown types must be ignored, but they need not be endless.
    private static final int MAX_UNKNOWN_PER_STREAM = 100;

    private static final int FRAME_BYTES = 16_384;

    private long streams;
    private long closed;
    private long priorities;
    private long windowUpdates;
    private long dataSent;
    private long settings;
    private long unknown;
    private long prematureEnds;
    private int emptyData;
    private int unsentAnswers;
    private int unsentFrames;
    private final FloodLimits limits;
    private final Consumer<Http2Counter> counters;
    private boolean isOver;

    /// @param counters told of each flood
    FloodGuard(FloodLimits limits, Consumer<Http2Counter> counters) {
        this.limits = limits;
        this.counters = counters;
    }

    void stream() {
        streams++;
    }

    void streamClosed() {
        closed++;
    }

    /// The peer may answer every frame this will be cut into.
    void dataSent(int bytes) {
        dataSent += 1 + bytes / FRAME_BYTES;
    }

    void data(int bytes, boolean endStream) throws Http2Exception {
        if (bytes > 0 || endStream) {
            emptyData = 0;
        } else if (++emptyData > limits.emptyInARow()) {
            flooded(Http2Counter.INBOUND_EMPTY_FRAMES_FLOOD);
            throw calm("empty DATA frames in a row", emptyData);
        }
    }

    void priority() throws Http2Exception {
        if (++priorities > (long) limits.prioritiesPerStream() * (1 + streams)) {
            flooded(Http2Counter.INBOUND_PRIORITY_FRAMES_FLOOD);
            throw calm("PRIORITY frames", priorities);
        }
    }

    void windowUpdate() throws Http2Exception {
        if (++windowUpdates > 5 + 2 * (streams + (long) limits.windowUpdatesPerData() * dataSent)) {
            flooded(Http2Counter.INBOUND_WINDOW_UPDATE_FRAMES_FLOOD);
            throw calm("WINDOW_UPDATE frames", windowUpdates);
        }
    }

    void settings() throws Http2Exception {
        if (++settings > MAX_SETTINGS + MAX_SETTINGS_PER_STREAM * streams) {
            throw calm("SETTINGS frames", settings);
        }
    }

    void unknown() throws Http2Exception {
        if (++unknown > MAX_UNKNOWN_PER_STREAM * (1 + streams)) {
            throw calm("frames of unknown type", unknown);
        }
    }

    /// A frame that we have to answer.
    void wantsAnswer() throws Http2Exception {
        unsentFrames++;
        if (++unsentAnswers > limits.outboundControlFrames()) {
            flooded(Http2Counter.OUTBOUND_CONTROL_FLOOD);
            throw calm("frames that want an answer", unsentAnswers);
        }
    }

    /// A frame of a message was written, not yet sent.
    void wrote() {
        unsentFrames++;
    }

    /// Before what was written is sent.
    void beforeFlush() throws Http2Exception {
        if (unsentFrames > limits.outboundFrames()) {
            flooded(Http2Counter.OUTBOUND_FLOOD);
            throw calm("requests at once", unsentFrames);
        }
    }

    /// @param writable whether the socket took what there was
    void flushed(boolean writable) {
        if (writable) {
            unsentFrames = 0;
            unsentAnswers = 0;
        }
    }

    /// A connection that floods ends once.
    private void flooded(Http2Counter what) {
        if (!isOver) {
            isOver = true;
            counters.accept(what);
        }
    }

    void reset() {
        counters.accept(Http2Counter.RX_RESET);
    }

    /// A stream ended by the peer before it could have had an answer: opening and resetting streams
    /// is cheap for it and dear for us and for upstreams.
    ///
    /// @param ageNanos of the stream
    void prematureEnd(long ageNanos) throws Http2Exception {
        if (ageNanos >= PREMATURE_NANOS) {
            return;
        }
        // Envoy: a connection's first 500 streams are judged as if they were 500.
        if (++prematureEnds * 2 >= Math.max(PREMATURE_ENDS_CONSIDERED, closed + 1)) {
            flooded(Http2Counter.TOO_MANY_PREMATURE_RESETS);
            throw calm("streams reset before their response", prematureEnds);
        }
    }

    private static Http2Exception calm(String what, long count) {
        return Http2Exception.connectionError(
                Http2Error.ENHANCE_YOUR_CALM, "The peer sent too many %s: %d", what, count);
    }
}
