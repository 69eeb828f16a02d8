package io.meltemi.proxy.config;

import com.google.protobuf.BoolValue;
import com.google.protobuf.UInt32Value;
import io.envoyproxy.envoy.config.core.v3.Http1ProtocolOptions;
import io.envoyproxy.envoy.config.core.v3.Http2ProtocolOptions;
import io.meltemi.proxy.config.check.ConfigPlace;

/// Refuses values of protocol options that this proxy does not follow, where the field as such is
/// fine: Envoy's default is what it does. Immutable: pure functions.
final class HttpOptionValues {
    private static final String FIXED = "is not supported: this proxy keeps to ";

    private HttpOptionValues() {}

    static void check(Http1ProtocolOptions proto, ConfigPlace at) {
        if (proto.hasAllowAbsoluteUrl()) {
            is(true, proto.getAllowAbsoluteUrl(), at.field("allow_absolute_url"));
        }
        if (proto.hasOverrideStreamErrorOnInvalidHttpMessage()) {
            is(
                    false,
                    proto.getOverrideStreamErrorOnInvalidHttpMessage(),
                    at.field("override_stream_error_on_invalid_http_message"));
        }
    }

    static void check(Http2ProtocolOptions proto, ConfigPlace at) {
        if (proto.hasOverrideStreamErrorOnInvalidHttpMessage()) {
            is(
                    true,
                    proto.getOverrideStreamErrorOnInvalidHttpMessage(),
                    at.field("override_stream_error_on_invalid_http_message"));
        }
        if (proto.hasMaxOutboundFrames()) {
            is(10_000, proto.getMaxOutboundFrames(), at.field("max_outbound_frames"));
        }
        if (proto.hasMaxOutboundControlFrames()) {
            is(1000, proto.getMaxOutboundControlFrames(), at.field("max_outbound_control_frames"));
        }
        if (proto.hasMaxConsecutiveInboundFramesWithEmptyPayload()) {
            is(
                    1,
                    proto.getMaxConsecutiveInboundFramesWithEmptyPayload(),
                    at.field("max_consecutive_inbound_frames_with_empty_payload"));
        }
        if (proto.hasMaxInboundPriorityFramesPerStream()) {
            is(
                    100,
                    proto.getMaxInboundPriorityFramesPerStream(),
                    at.field("max_inbound_priority_frames_per_stream"));
        }
        if (proto.hasMaxInboundWindowUpdateFramesPerDataFrameSent()) {
            is(
                    10,
                    proto.getMaxInboundWindowUpdateFramesPerDataFrameSent(),
                    at.field("max_inbound_window_update_frames_per_data_frame_sent"));
        }
    }

    static void is(boolean kept, BoolValue value, ConfigPlace at) {
        if (value.getValue() != kept) {
            at.refuse(value.getValue() + " " + FIXED + kept);
        }
    }

    private static void is(int kept, UInt32Value value, ConfigPlace at) {
        if (value.getValue() != kept) {
            at.refuse(Integer.toUnsignedString(value.getValue()) + " " + FIXED + kept);
        }
    }
}
