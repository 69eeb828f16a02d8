package io.meltemi.testkit.differential;

import io.meltemi.fixtures.http.Reply;
import java.util.List;
import java.util.Map;

/// One situation in which Envoy and our proxy should do the same. Immutable.
///
/// @param bootstrap with the places of [Placeholders] for what only a run knows
/// @param script what the upstream does with its first requests; then it answers 200 and nothing
/// @param requests whole HTTP/1.1 requests, each on a connection of its own
/// @param copies how many requests the second upstream gets in all
/// @param logs how many lines the access log gets
/// @param second what the second upstream does with its first requests
/// @param stats an expression for the names of counters that are compared; empty: none are
/// @param known differences that are meant to be, by the line they show in: the reason
public record DifferentialCase(
        String name,
        String bootstrap,
        List<Reply> script,
        List<String> requests,
        int copies,
        int logs,
        List<Reply> second,
        String stats,
        Map<String, String> known) {
    public DifferentialCase {
        script = List.copyOf(script);
        second = List.copyOf(second);
        requests = List.copyOf(requests);
        known = Map.copyOf(known);
        if (requests.isEmpty()) {
            throw new IllegalArgumentException(name + " sends no request");
        }
    }
}
