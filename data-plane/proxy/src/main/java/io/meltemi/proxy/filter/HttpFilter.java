package io.meltemi.proxy.filter;

import io.meltemi.proxy.decide.DecisionLog;
import io.meltemi.proxy.http.HeaderMap;

/// One step between codec and router, made of its compiled configuration. Immutable: what belongs
/// to one request is kept in the [FilterStream].
public interface HttpFilter {
    /// Sees a request whose headers are complete and whose route is chosen.
    ///
    /// To wait, return [Verdict#PAUSE] and call [FilterStream#resume] or [FilterStream#reply]
    /// later, on the same event loop. To see the body first, return [Verdict#AWAIT_BODY]. To
    /// answer, call [FilterStream#reply] and return [Verdict#ANSWERED].
    Verdict onRequest(FilterStream stream);

    /// What [#onRequest] would do, and why, for who explains a request that is not carried; traffic
    /// never comes here. A filter whose decision rests on chance or on somebody else's answer does
    /// not draw or ask: it notes that, and does what most requests would see.
    default Verdict foretell(FilterStream stream, DecisionLog log) {
        return onRequest(stream);
    }

    /// After AWAIT_BODY: there is more of the body ([FilterStream#requestBody]), or it ended
    /// ([FilterStream#isRequestEnded]). Does what a filter that waits has to do, or nothing yet.
    default void onRequestBody(FilterStream stream) {}

    /// Sees the response's headers on the way back, in reverse order, local replies included: also
    /// those of filters before this one, whose requests it never saw.
    ///
    /// @param endStream whether neither body nor trailers follow
    default void onResponse(FilterStream stream, HeaderMap responseHeaders, boolean endStream) {}

    /// The exchange is over, however it ended: give back what is held.
    default void onEnd(FilterStream stream) {}

    /// The exchange is over and everything about it is known, as logs will tell it. Also for
    /// exchanges whose request never came to this filter.
    default void onLog(FilterStream stream) {}

    /// What the filter chain does next.
    enum Verdict {
        CONTINUE,
        PAUSE,
        AWAIT_BODY,
        ANSWERED
    }
}
