package io.meltemi.proxy.http.h2;

import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;

/// Counts the frames that cost us more than the peer and ends the connection when they get out of
/// hand, with ENHANCE_YOUR_CALM. Confined to its event loop.
///
/// The limits are Envoy's ([FloodLimits], `overload.premature_reset_*`), and like there they stand
/// in relation to what the connection carried, so that a long-lived one is not closed for its age.
/// CONTINUATION frames and the size of a header block are counted by Netty's reader.
final class FloodGuard {
    /// `overload.premature_reset_total_stream_count`.
    private static final int PREMATURE_ENDS_CONSIDERED = 500;

    /// Ours: SETTINGS are sent once, and now and then a window is tuned.
    private static final int MAX_SETTINGS_PER_STREAM = 10;

    private static final int MAX_SETTINGS = 100;

    /// Ours: frames of unknown types must be ignored, but they need not be endless.
    private static final int MAX_UNKNOWN_PER_STREAM = 100;

    private static final int FRAME_BYTES = 16_384;

    private long streams;
    private long priorities;
    private long windowUpdates;
    private long dataSent;
    private long settings;
    private long unknown;
    private long prematureEnds;
    private int emptyData;
    private int unsentAnswers;
    private final FloodLimits limits;

    FloodGuard(FloodLimits limits) {
        this.limits = limits;
    }

    void stream() {
        streams++;
    }

    /// The peer may answer every frame this will be cut into.
    void dataSent(int bytes) {
        dataSent += 1 + bytes / FRAME_BYTES;
    }

    void data(int bytes, boolean endStream) throws Http2Exception {
        if (bytes > 0 || endStream) {
            emptyData = 0;
        } else if (++emptyData > limits.emptyInARow()) {
            throw calm("empty DATA frames in a row", emptyData);
        }
    }

    void priority() throws Http2Exception {
        if (++priorities > (long) limits.prioritiesPerStream() * (1 + streams)) {
            throw calm("PRIORITY frames", priorities);
        }
    }

    void windowUpdate() throws Http2Exception {
        if (++windowUpdates > 5 + 2 * (streams + (long) limits.windowUpdatesPerData() * dataSent)) {
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

    /// A frame that we have to answer; answers pile up when the peer does not read.
    void wantsAnswer(boolean writable) throws Http2Exception {
        unsentAnswers = writable ? 0 : unsentAnswers + 1;
        if (unsentAnswers > limits.outboundControlFrames()) {
            throw calm("frames whose answers it does not read", unsentAnswers);
        }
    }

    /// Frames that the peer has not taken yet.
    void outbound(int frames) throws Http2Exception {
        if (frames > limits.outboundFrames()) {
            throw calm("requests whose answers it does not read", frames);
        }
    }

    /// A stream ended by the peer before it could have had an answer: opening and resetting streams
    /// is cheap for it and dear for us and for upstreams.
    void prematureEnd() throws Http2Exception {
        prematureEnds++;
        if (streams >= PREMATURE_ENDS_CONSIDERED && prematureEnds * 2 > streams) {
            throw calm("streams reset before their response", prematureEnds);
        }
    }

    private static Http2Exception calm(String what, long count) {
        return Http2Exception.connectionError(
                Http2Error.ENHANCE_YOUR_CALM, "The peer sent too many %s: %d", what, count);
    }
}
