package io.meltemi.proxy.http.h1;

/// Why a message on the wire is not HTTP/1.1, with what Envoy answers and calls it.
public enum Http1Error {
    BAD_REQUEST_LINE(400, "http1.codec_error"),
    BAD_METHOD(400, "http1.codec_error"),
    BAD_TARGET(400, "http1.invalid_url"),
    BAD_VERSION(400, "http1.codec_error"),
    OLD_VERSION(426, "low_version"),
    BAD_HEADER(400, "http1.codec_error"),
    BAD_CHARACTERS(400, "http1.invalid_characters"),
    BAD_AUTHORITY(400, "http.invalid_authority"),
    BAD_CONNECTION_HEADER(400, "http1.connection_header_rejected"),
    BAD_CONTENT_LENGTH(400, "http1.codec_error"),
    LENGTH_AND_CHUNKED(400, "http1.content_length_and_chunked_not_allowed"),
    BODY_DISALLOWED(400, "http1.body_disallowed"),
    UNKNOWN_TRANSFER_CODING(501, "http1.invalid_transfer_encoding"),
    UNDERSCORE(400, "http1.unexpected_underscore"),
    HEADERS_TIMEOUT(408, "request_header_timeout"),
    HEADERS_TOO_LARGE(431, "http1.headers_too_large"),
    TOO_MANY_HEADERS(431, "http1.too_many_headers"),
    BAD_STATUS_LINE(502, "http1.codec_error"),
    BAD_CHUNK(400, "http1.codec_error"),
    OVERLOADED(500, "overload");

    private final int status;
    private final String details;

    Http1Error(int status, String details) {
        this.status = status;
        this.details = details;
    }

    public int status() {
        return status;
    }

    public String details() {
        return details;
    }
}
