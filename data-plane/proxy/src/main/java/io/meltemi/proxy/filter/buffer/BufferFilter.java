package io.meltemi.proxy.filter.buffer;

import io.meltemi.proxy.filter.FilterStream;
import io.meltemi.proxy.filter.HttpFilter;
import io.meltemi.proxy.http.HeaderMap;
import io.meltemi.proxy.http.HeaderNames;

/// Waits until a request is here as a whole, and tells its length. Immutable.
final class BufferFilter implements HttpFilter {
    /// For routes that do not wait.
    static final Limit OFF = new Limit(-1);

    private final String name;
    private final Limit limit;

    /// @param bytes a longer request gets 413; -1: requests are not waited for
    record Limit(long bytes) {}

    BufferFilter(String name, Limit limit) {
        this.name = name;
        this.limit = limit;
    }

    @Override
    public Verdict onRequest(FilterStream stream) {
        Limit effective = stream.routeConfig(name) instanceof Limit own ? own : limit;
        if (effective.bytes < 0 || (stream.isRequestEnded() && stream.requestBodyBytes() == 0)) {
            return Verdict.CONTINUE;
        }
        stream.limitRequestBody(effective.bytes);
        return Verdict.AWAIT_BODY;
    }

    @Override
    public void onRequestBody(FilterStream stream) {
        if (stream.isRequestEnded()) {
            HeaderMap request = stream.requestHeaders();
            if (!request.contains(HeaderNames.CONTENT_LENGTH)) {
                request.add(HeaderNames.CONTENT_LENGTH, Long.toString(stream.requestBodyBytes()));
            }
            stream.resume();
        }
    }
}
