package io.meltemi.proxy.http;

import io.meltemi.proxy.decide.route.Route;
import io.meltemi.proxy.filter.HttpFilter;
import io.meltemi.proxy.filter.HttpFilterChain;
import io.meltemi.proxy.filter.grpc.GrpcTypes;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One exchange's way through the filters: which take part, which is next, and what each keeps.
/// Confined to its event loop. `HOT`.
///
/// Made only where there are filters besides the router.
final class FilterRun {
    private static final Object[] NO_STATES = new Object[0];

    private final HttpExchange exchange;
    private final List<HttpFilterChain.Named> filters;
    private final boolean cameAsGrpc;

    /// Filters that take no part in this exchange; null: all do.
    private @Nullable BitSet skipped;

    private @Nullable Object[] states = NO_STATES;
    private int next;
    private boolean running;
    private boolean paused;
    private boolean awaitsBody;

    /// A filter resumed before it returned PAUSE.
    private boolean resumedEarly;

    /// Envoy: which filters take part is decided once, by the first route.
    FilterRun(HttpExchange exchange, List<HttpFilterChain.Named> filters, HeaderMap request) {
        this.exchange = exchange;
        this.filters = filters;
        this.cameAsGrpc = GrpcTypes.isGrpc(request.get(HeaderNames.CONTENT_TYPE));
        reconsider();
    }

    /// The route is another one: it decides which of the filters that are left take part.
    void reconsider() {
        for (int i = next; i < filters.size(); i++) {
            Object own = exchange.callbacks().routeConfig(filters.get(i).name());
            if (isSkipped(filters.get(i), own)) {
                if (skipped == null) {
                    skipped = new BitSet();
                }
                skipped.set(i);
            } else if (skipped != null) {
                skipped.clear(i);
            }
        }
    }

    /// @param own what the route says to the filter; null: nothing
    static boolean isSkipped(HttpFilterChain.Named filter, @Nullable Object own) {
        return own == null ? filter.disabled() : Route.FILTER_DISABLED.equals(own);
    }

    /// Envoy: as the request came, whatever filters have made of it.
    boolean cameAsGrpc() {
        return cameAsGrpc;
    }

    int count() {
        return filters.size();
    }

    /// A filter of the chain; null when it takes no part.
    @Nullable HttpFilter participant(int index) {
        return isSkipped(index) ? null : filters.get(index).filter();
    }

    private boolean isSkipped(int filter) {
        BitSet some = skipped;
        return some != null && some.get(filter);
    }

    /// Lets the filters that are left see the request; true when all have agreed.
    boolean request() {
        running = true;
        boolean agreed = askAll();
        running = false;
        return agreed;
    }

    private boolean askAll() {
        while (next < filters.size() && exchange.isUnanswered()) {
            HttpFilterChain.Named filter = filters.get(next);
            next++;
            if (isSkipped(next - 1)) {
                continue;
            }
            switch (filter.filter().onRequest(exchange.callbacks())) {
                case CONTINUE -> {}
                case PAUSE -> {
                    if (!resumedEarly) {
                        paused = true;
                        exchange.downstream().pauseReading(true);
                        return false;
                    }
                    resumedEarly = false;
                }
                case AWAIT_BODY -> {
                    paused = true;
                    awaitsBody = true;
                    running = false;
                    filter.filter().onRequestBody(exchange.callbacks());
                    return false;
                }
                case ANSWERED -> {
                    return false;
                }
            }
        }
        return exchange.isUnanswered();
    }

    void resume() {
        if (!exchange.isUnanswered()) {
            return;
        }
        if (running) {
            resumedEarly = true;
        } else if (paused) {
            paused = false;
            awaitsBody = false;
            exchange.downstream().pauseReading(false);
            exchange.runFilters();
        }
    }

    boolean awaitsBody() {
        return awaitsBody;
    }

    void pauseRequest() {
        awaitsBody = false;
        exchange.downstream().pauseReading(true);
    }

    /// There is more of the body.
    void onBody() {
        if (awaitsBody && !exchange.isResponseStarted()) {
            filters.get(next - 1).filter().onRequestBody(exchange.callbacks());
        }
    }

    void response(HeaderMap headers, boolean endStream) {
        for (int i = filters.size() - 1; i >= 0; i--) {
            if (!isSkipped(i)) {
                filters.get(i).filter().onResponse(exchange.callbacks(), headers, endStream);
            }
        }
    }

    /// The exchange is over.
    void end() {
        for (int i = 0; i < next; i++) {
            filters.get(i).filter().onEnd(exchange.callbacks());
        }
    }

    /// Everything about the exchange is known.
    void log() {
        for (int i = 0; i < filters.size(); i++) {
            if (!isSkipped(i)) {
                filters.get(i).filter().onLog(exchange.callbacks());
            }
        }
    }

    /// The exchange begins again, with another request.
    void restart() {
        end();
        states = NO_STATES;
        next = 0;
    }

    @Nullable Object state(HttpFilter filter) {
        int index = indexOf(filter);
        return index < states.length ? states[index] : null;
    }

    void setState(HttpFilter filter, Object state) {
        if (states.length == 0) {
            states = new @Nullable Object[filters.size()];
        }
        states[indexOf(filter)] = state;
    }

    @SuppressWarnings("ReferenceEquality") // two filters with equal settings are still two
    private int indexOf(HttpFilter filter) {
        for (int i = 0; i < filters.size(); i++) {
            if (filters.get(i).filter() == filter) {
                return i;
            }
        }
        throw new IllegalStateException("a filter that is not in the chain: " + filter);
    }
}
