package io.meltemi.pilot.push;

import io.meltemi.pilot.translate.listener.ConnectionChain;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// The chains of one listener, which may be of several services. Confined to one translation.
///
/// Envoy refuses a listener with two chains for the same connections: the first of them counts.
final class SharedChains {
    private final List<ConnectionChain> chains = new ArrayList<>();
    private final Set<Condition> taken = new HashSet<>();

    /// Empty parts: any.
    private record Condition(String serverName, String subnet) {}

    void add(ConnectionChain chain) {
        List<Condition> conditions = new ArrayList<>();
        for (String name : orAny(chain.serverNames())) {
            for (String subnet : orAny(chain.subnets())) {
                conditions.add(new Condition(name, subnet));
            }
        }
        if (conditions.stream().noneMatch(taken::contains)) {
            taken.addAll(conditions);
            chains.add(chain);
        }
    }

    private static List<String> orAny(List<String> values) {
        return values.isEmpty() ? List.of("") : values;
    }

    boolean isEmpty() {
        return chains.isEmpty();
    }

    List<ConnectionChain> all() {
        return List.copyOf(chains);
    }
}
