package io.meltemi.pilot.push;

import io.meltemi.model.config.ConnectionPool;
import io.meltemi.pilot.scope.DestinationRules;
import io.meltemi.pilot.scope.DestinationRules.Rule;
import io.meltemi.pilot.scope.ServiceScope;
import io.meltemi.pilot.translate.listener.ConnectionChain.Life;

/// How long connections to each host live that are not looked into. Immutable.
final class ConnectionLives {
    private final DestinationRules rules;
    private final ServiceScope scope;
    private final String namespace;

    /// @param scope what the caller sees
    /// @param namespace of the caller
    ConnectionLives(DestinationRules rules, ServiceScope scope, String namespace) {
        this.rules = rules;
        this.scope = scope;
        this.namespace = namespace;
    }

    /// Istio: this belongs to the listener, so the first destination decides for all of them, and
    /// its subset has no say.
    ///
    /// @param host of the first destination, by its full name
    Life of(String host) {
        return scope.service(host)
                .flatMap(s -> rules.find(namespace, s.service()))
                .flatMap(Rule::policy)
                .flatMap(policy -> policy.settings().connectionPool())
                .map(ConnectionPool::tcp)
                .map(tcp -> new Life(tcp.idleTimeout(), tcp.maxConnectionDuration()))
                .orElse(Life.DEFAULT);
    }
}
