package io.meltemi.proxy.filter.rbac;

import io.meltemi.proxy.filter.FilterStream;
import io.meltemi.proxy.filter.HttpFilter;
import io.meltemi.proxy.http.LocalReply;

/// Denies requests that no policy allows. Immutable.
final class RbacFilter implements HttpFilter {
    static final String NAMESPACE = "envoy.filters.http.rbac";

    private final String name;
    private final RbacRules rules;

    RbacFilter(String name, RbacRules rules) {
        this.name = name;
        this.rules = rules;
    }

    @Override
    public Verdict onRequest(FilterStream stream) {
        Object ofRoute = stream.routeConfig(name);
        RbacRules effective = ofRoute instanceof RbacRules own ? own : rules;
        LocalReply denial = effective.decide(stream);
        if (denial == null) {
            return Verdict.CONTINUE;
        }
        stream.reply(denial);
        return Verdict.ANSWERED;
    }
}
