package io.meltemi.proxy.http.h2;

import com.google.protobuf.UInt32Value;
import io.envoyproxy.envoy.config.core.v3.Http2ProtocolOptions;

/// How many frames a peer may make us handle or keep; beyond, its connection ends. Immutable.
///
/// @param outboundFrames Envoy: `max_outbound_frames`, written and not taken by the peer
/// @param outboundControlFrames Envoy: `max_outbound_control_frames`, of PING, SETTINGS and
///   RST_STREAM
/// @param emptyInARow Envoy: `max_consecutive_inbound_frames_with_empty_payload`
/// @param prioritiesPerStream Envoy: `max_inbound_priority_frames_per_stream`
/// @param windowUpdatesPerData Envoy: `max_inbound_window_update_frames_per_data_frame_sent`
public record FloodLimits(
        int outboundFrames,
        int outboundControlFrames,
        int emptyInARow,
        int prioritiesPerStream,
        int windowUpdatesPerData) {
    /// Envoy 1.40's.
    public static final FloodLimits DEFAULTS = new FloodLimits(10_000, 1000, 1, 100, 10);

    static FloodLimits of(Http2ProtocolOptions proto) {
        return new FloodLimits(
                proto.hasMaxOutboundFrames()
                        ? count(proto.getMaxOutboundFrames())
                        : DEFAULTS.outboundFrames,
                proto.hasMaxOutboundControlFrames()
                        ? count(proto.getMaxOutboundControlFrames())
                        : DEFAULTS.outboundControlFrames,
                proto.hasMaxConsecutiveInboundFramesWithEmptyPayload()
                        ? count(proto.getMaxConsecutiveInboundFramesWithEmptyPayload())
                        : DEFAULTS.emptyInARow,
                proto.hasMaxInboundPriorityFramesPerStream()
                        ? count(proto.getMaxInboundPriorityFramesPerStream())
                        : DEFAULTS.prioritiesPerStream,
                proto.hasMaxInboundWindowUpdateFramesPerDataFrameSent()
                        ? count(proto.getMaxInboundWindowUpdateFramesPerDataFrameSent())
                        : DEFAULTS.windowUpdatesPerData);
    }

    /// A uint32 of the proto stands in a Java int as its bits.
    private static int count(UInt32Value value) {
        return value.getValue() < 0 ? Integer.MAX_VALUE : value.getValue();
    }
}
