package io.meltemi.proxy.filter;

import io.meltemi.proxy.http.LocalReply;
import io.meltemi.proxy.http.ResponseFlag;
import java.util.Map;

/// Stands for a filter whose configuration did not come (ECDS), and has no default. Immutable.
final class MissingFilter implements HttpFilter {
    private static final LocalReply MISSING =
            new LocalReply(500, "", ResponseFlag.NO_FILTER_CONFIG_FOUND, "", Map.of());

    @Override
    public Verdict onRequest(FilterStream stream) {
        stream.reply(MISSING);
        return Verdict.ANSWERED;
    }
}
