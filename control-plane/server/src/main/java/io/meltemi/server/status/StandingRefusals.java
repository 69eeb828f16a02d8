package io.meltemi.server.status;

import io.meltemi.xds.proto.control.RefusedResource;
import io.meltemi.xds.server.AdsObserver.Refused;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What one proxy should have and does not want, with its words. Guarded by the board.
final class StandingRefusals {
    private static final int MOST_WORDS = 20;
    private static final int LONGEST_WORDS = 4_096;

    private final Map<Refused, RefusedResource> byResource = new LinkedHashMap<>();

    /// Since it settled last.
    private final List<String> words = new ArrayList<>();

    /// The proxy said why it refuses something.
    void said(String message) {
        if (words.size() < MOST_WORDS) {
            words.add(message.substring(0, Math.min(LONGEST_WORDS, message.length())));
        }
    }

    /// The proxy has settled.
    ///
    /// @param before the version of the configuration at which it had settled last
    /// @param now the one at which it has
    void settled(List<Refused> refused, long before, long now) {
        byResource.keySet().retainAll(refused);
        for (Refused one : refused) {
            byResource.computeIfAbsent(
                    one,
                    _ ->
                            RefusedResource.newBuilder()
                                    .setType(one.type().name())
                                    .setName(one.name())
                                    .setReason(reason(one.name()))
                                    .setAfterConfig(before)
                                    .setConfig(now)
                                    .build());
        }
        words.clear();
    }

    private String reason(String name) {
        return words.stream()
                .filter(message -> message.contains(name))
                .findFirst()
                .orElseGet(() -> words.isEmpty() ? "" : words.getLast());
    }

    List<RefusedResource> all() {
        return List.copyOf(byResource.values());
    }
}
