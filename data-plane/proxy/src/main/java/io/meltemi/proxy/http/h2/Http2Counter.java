package io.meltemi.proxy.http.h2;

/// What is counted of a client's connections under Envoy's names (`http2.NAME`). Immutable.
public enum Http2Counter {
    OUTBOUND_FLOOD("outbound_flood", "http2.outbound_flood"),
    OUTBOUND_CONTROL_FLOOD(
            "outbound_control_flood", "codec_error:Too_many_control_frames_in_the_outbound_queue."),
    INBOUND_EMPTY_FRAMES_FLOOD("inbound_empty_frames_flood", "http2.inbound_empty_frames_flood"),
    INBOUND_PRIORITY_FRAMES_FLOOD(
            "inbound_priority_frames_flood", "codec_error:Too_many_PRIORITY_frames"),
    INBOUND_WINDOW_UPDATE_FRAMES_FLOOD(
            "inbound_window_update_frames_flood", "codec_error:Too_many_WINDOW_UPDATE_frames"),

    /// RST_STREAM of streams that were under way.
    RX_RESET("rx_reset", ""),

    /// The connection ends for its resets; Envoy counts it with the connection manager, as
    /// `downstream_rq_too_many_premature_resets`.
    TOO_MANY_PREMATURE_RESETS("", "too_many_premature_resets");

    private final String statName;
    private final String details;

    Http2Counter(String statName, String details) {
        this.statName = statName;
        this.details = details;
    }

    /// RESPONSE_CODE_DETAILS of requests that end with the connection.
    public String details() {
        return details;
    }

    /// Its name behind `http2.`; empty where it is counted elsewhere.
    public String statName() {
        return statName;
    }
}
