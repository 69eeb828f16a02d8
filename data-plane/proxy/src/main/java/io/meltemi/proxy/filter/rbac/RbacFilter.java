package io.meltemi.proxy.filter.rbac;

import io.meltemi.proxy.decide.DecisionLog;
import io.meltemi.proxy.filter.FilterStream;
import io.meltemi.proxy.filter.HttpFilter;
import io.meltemi.proxy.http.LocalReply;

/// Denies requests that no policy allows. Immutable.
final class RbacFilter implements HttpFilter {
    static final String NAMESPACE = "envoy.filters.http.rbac";

    private final String name;
    private final RbacRules rules;
    private final RbacCounts counts;
    private final String prefix;
    private final String shadowPrefix;

    /// @param prefix of what is noted, where a route's rules have none
    RbacFilter(
            String name, RbacRules rules, RbacCounts counts, String prefix, String shadowPrefix) {
        this.name = name;
        this.rules = rules;
        this.counts = counts;
        this.prefix = prefix;
        this.shadowPrefix = shadowPrefix;
    }

    @Override
    public Verdict foretell(FilterStream stream, DecisionLog log) {
        effective(stream).explain(stream, log);
        return onRequest(stream);
    }

    private RbacRules effective(FilterStream stream) {
        Object ofRoute = stream.routeConfig(name);
        return ofRoute instanceof RbacRules own ? own : rules;
    }

    @Override
    public Verdict onRequest(FilterStream stream) {
        LocalReply denial = effective(stream).decide(stream, counts, prefix, shadowPrefix);
        if (denial == null) {
            return Verdict.CONTINUE;
        }
        stream.reply(denial);
        return Verdict.ANSWERED;
    }
}
