package io.meltemi.proxy.http;

import io.meltemi.proxy.upstream.StreamFailure;

/// How an attempt can fail without a response, with Envoy's words and flags for it.
enum AttemptFailure {
    CONNECT(
            StreamReset.CONNECT_FAILURE,
            ResponseFlag.UPSTREAM_CONNECTION_FAILURE,
            "remote connection failure"),
    /// The system refused to open the socket as it should be.
    CONNECT_LOCAL(
            StreamReset.CONNECT_FAILURE,
            ResponseFlag.UPSTREAM_CONNECTION_FAILURE,
            "local connection failure"),
    CONNECT_TIMEOUT(
            StreamReset.CONNECT_FAILURE,
            ResponseFlag.UPSTREAM_CONNECTION_FAILURE,
            "connection timeout"),
    OVERFLOW(StreamReset.OVERFLOW, ResponseFlag.UPSTREAM_OVERFLOW, "overflow"),
    TERMINATION(
            StreamReset.CONNECTION_TERMINATION,
            ResponseFlag.UPSTREAM_CONNECTION_TERMINATION,
            "connection termination"),
    REMOTE_RESET(StreamReset.REMOTE_RESET, ResponseFlag.UPSTREAM_REMOTE_RESET, "remote reset"),
    REMOTE_REFUSED(
            StreamReset.REMOTE_REFUSED,
            ResponseFlag.UPSTREAM_REMOTE_RESET,
            "remote refused stream reset"),
    LOCAL_RESET(StreamReset.LOCAL_RESET, ResponseFlag.LOCAL_RESET, "local reset"),
    PROTOCOL_ERROR(
            StreamReset.PROTOCOL_ERROR, ResponseFlag.UPSTREAM_PROTOCOL_ERROR, "protocol error"),
    PER_TRY_IDLE_TIMEOUT(
            StreamReset.LOCAL_RESET, ResponseFlag.UPSTREAM_REQUEST_TIMEOUT, "local reset"),
    PER_TRY_TIMEOUT(StreamReset.LOCAL_RESET, ResponseFlag.UPSTREAM_REQUEST_TIMEOUT, "local reset");

    private final StreamReset reset;
    private final ResponseFlag flag;
    private final String words;

    AttemptFailure(StreamReset reset, ResponseFlag flag, String words) {
        this.reset = reset;
        this.flag = flag;
        this.words = words;
    }

    static AttemptFailure of(StreamFailure failure) {
        return switch (failure) {
            case CONNECT -> CONNECT;
            case CONNECT_LOCAL -> CONNECT_LOCAL;
            case CONNECT_TIMEOUT -> CONNECT_TIMEOUT;
            case OVERFLOW -> OVERFLOW;
        };
    }

    static AttemptFailure of(StreamReset reset) {
        return switch (reset) {
            case REMOTE_RESET -> REMOTE_RESET;
            case REMOTE_REFUSED -> REMOTE_REFUSED;
            case LOCAL_RESET -> LOCAL_RESET;
            case CONNECT_FAILURE -> CONNECT;
            case CONNECTION_TERMINATION -> TERMINATION;
            case PROTOCOL_ERROR -> PROTOCOL_ERROR;
            case OVERFLOW -> OVERFLOW;
        };
    }

    StreamReset reset() {
        return reset;
    }

    ResponseFlag flag() {
        return flag;
    }

    String words() {
        return words;
    }
}
