package io.meltemi.proxy.http.h2;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.UInt32Value;
import io.envoyproxy.envoy.config.core.v3.Http2ProtocolOptions;
import io.meltemi.fixtures.parity.Parity;
import io.netty.channel.Channel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// The limits of `http2_protocol_options` on what a peer may send, and what becomes of others.
final class FloodLimitsTest {
    private static final int WHOLE = RawPeer.END_HEADERS | RawPeer.END_STREAM;
    private static final byte[] GET = RawPeer.fields(RawPeer.get());
    private static final String CALM = "GOAWAY 11";

    private final Loopback loopback = new Loopback();
    private final List<Http2Counter> counted = new ArrayList<>();

    @AfterEach
    void close() {
        loopback.close();
    }

    @Test
    @Parity("http2_protocol_options.max_consecutive_inbound_frames_with_empty_payload")
    void emptyFramesInARow() throws IOException {
        Http2Options three =
                Http2Options.of(
                        Http2ProtocolOptions.newBuilder()
                                .setMaxConsecutiveInboundFramesWithEmptyPayload(UInt32Value.of(3))
                                .build());

        assertThat(answer(three, peer -> emptyData(peer, 3))).isEqualTo("nothing");
        assertThat(answer(three, peer -> emptyData(peer, 4))).isEqualTo(CALM);
    }

    @Test
    @Parity("http2_protocol_options.max_inbound_priority_frames_per_stream")
    void prioritiesForEachStream() throws IOException {
        Http2Options two =
                Http2Options.of(
                        Http2ProtocolOptions.newBuilder()
                                .setMaxInboundPriorityFramesPerStream(UInt32Value.of(2))
                                .build());

        assertThat(answer(two, peer -> priorities(peer, 2))).isEqualTo("nothing");
        assertThat(answer(two, peer -> priorities(peer, 3))).isEqualTo(CALM);
    }

    @Test
    @Parity("http2_protocol_options.max_inbound_window_update_frames_per_data_frame_sent")
    void windowUpdatesForEachFrameOfData() throws IOException {
        Http2Options one =
                Http2Options.of(
                        Http2ProtocolOptions.newBuilder()
                                .setMaxInboundWindowUpdateFramesPerDataFrameSent(UInt32Value.of(1))
                                .build());

        // Before any stream: five.
        assertThat(answer(one, peer -> windowUpdates(peer, 5))).isEqualTo("nothing");
        assertThat(answer(one, peer -> windowUpdates(peer, 6))).isEqualTo(CALM);
    }

    @Test
    @Parity("http2_protocol_options.max_outbound_control_frames")
    void streamsTooManyWhoseRefusalNobodyReads() {
        FloodGuard guard = new FloodGuard(new FloodLimits(10, 2, 1, 1, 1), counted::add);

        assertThat(accepted(3, guard::wantsAnswer)).isEqualTo(2);
        guard.flushed(false);
        assertThat(accepted(1, guard::wantsAnswer)).isZero();
        guard.flushed(true);
        assertThat(accepted(2, guard::wantsAnswer)).isEqualTo(2);
        assertThat(counted).containsExactly(Http2Counter.OUTBOUND_CONTROL_FLOOD);
    }

    @Test
    @Parity("http2_protocol_options.max_outbound_frames")
    void framesThatNobodyReads() {
        FloodGuard guard = new FloodGuard(new FloodLimits(10, 2, 1, 1, 1), counted::add);

        for (int i = 0; i < 10; i++) {
            guard.wrote();
        }
        assertThat(accepted(1, guard::beforeFlush)).isEqualTo(1);
        guard.flushed(false);
        guard.wrote();
        assertThat(accepted(1, guard::beforeFlush)).isZero();
        guard.flushed(true);
        assertThat(accepted(1, guard::beforeFlush)).isEqualTo(1);
    }

    /// Envoy: `overload.premature_reset_min_stream_lifetime_seconds`.
    @Test
    void streamsThatLivedForSecondsWereNotResetTooEarly() {
        FloodGuard guard = new FloodGuard(FloodLimits.DEFAULTS, counted::add);

        assertThat(accepted(1000, () -> guard.prematureEnd(2_000_000_000L))).isEqualTo(1000);
        assertThat(accepted(1000, () -> guard.prematureEnd(1_999_999_999L))).isEqualTo(249);
        assertThat(counted).containsOnly(Http2Counter.TOO_MANY_PREMATURE_RESETS);
    }

    @Test
    @Parity("http2_protocol_options.max_concurrent_streams")
    void aClientThatAcknowledgesNoSettingsOpensNoMoreStreams() throws IOException {
        Http2Options one =
                Http2Options.of(
                        Http2ProtocolOptions.newBuilder()
                                .setMaxConcurrentStreams(UInt32Value.of(1))
                                .build());

        assertThat(answer(one, peer -> peer.frame(RawPeer.HEADERS, WHOLE, 1, GET)))
                .isEqualTo("nothing");
        assertThat(
                        answer(
                                one,
                                peer -> {
                                    peer.frame(RawPeer.HEADERS, WHOLE, 1, GET);
                                    peer.frame(RawPeer.HEADERS, WHOLE, 3, GET);
                                }))
                .isEqualTo("RST_STREAM 7");
    }

    /// Envoy: unless `stream_error_on_invalid_http_message` spares the other streams.
    @Test
    @Parity("http2_protocol_options.override_stream_error_on_invalid_http_message")
    void aMalformedRequestEndsTheConnection() throws IOException {
        byte[] upper = RawPeer.fields(RawPeer.get("X-Upper", "1"));
        Consumer<RawPeer> script = peer -> peer.frame(RawPeer.HEADERS, WHOLE, 3, upper);

        assertThat(answer(Http2Options.DEFAULTS, script)).isEqualTo("GOAWAY 1");
    }

    /// How a server takes a script, while another connection goes on.
    private String answer(Http2Options options, Consumer<RawPeer> script) throws IOException {
        Channel server = loopback.serve(options, _ -> new RecordingReceiver());
        try (RawPeer hostile = RawPeer.client(Loopback.port(server));
                RawPeer other = RawPeer.client(Loopback.port(server))) {
            script.accept(hostile);
            hostile.frame(RawPeer.PING, 0, 0, new byte[8]);
            String seen = hostile.awaitRefusal();

            other.frame(RawPeer.PING, 0, 0, new byte[8]);
            assertThat(other.awaitRefusal()).as("the other connection").isEqualTo("nothing");
            return seen;
        }
    }

    private static void emptyData(RawPeer peer, int count) {
        peer.frame(RawPeer.HEADERS, RawPeer.END_HEADERS, 1, GET);
        for (int i = 0; i < count; i++) {
            peer.frame(RawPeer.DATA, 0, 1);
        }
    }

    private static void priorities(RawPeer peer, int count) {
        for (int i = 0; i < count; i++) {
            peer.frame(RawPeer.PRIORITY, 0, 1, new byte[] {0, 0, 0, 3, 1});
        }
    }

    private static void windowUpdates(RawPeer peer, int count) {
        for (int i = 0; i < count; i++) {
            peer.frame(8, 0, 0, new byte[] {0, 0, 0, 1});
        }
    }

    /// Something a guard may refuse.
    @FunctionalInterface
    private interface Counted {
        void count() throws io.netty.handler.codec.http2.Http2Exception;
    }

    private static int accepted(int times, Counted counted) {
        for (int i = 0; i < times; i++) {
            try {
                counted.count();
            } catch (io.netty.handler.codec.http2.Http2Exception _) {
                return i;
            }
        }
        return times;
    }
}
