package io.meltemi.pilot.translate.route;

import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption.HeaderAppendAction;
import io.meltemi.model.config.HttpRoute.HeaderChange;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Changes of headers as Envoy's. Thread-safe: pure.
///
/// Istio: a change of the host is a rewrite; names with a colon before them cannot be changed.
final class HeaderChanges {
    private HeaderChanges() {}

    static List<HeaderValueOption> added(HeaderChange change) {
        List<HeaderValueOption> out = new ArrayList<>();
        out.addAll(options(change.set(), HeaderAppendAction.OVERWRITE_IF_EXISTS_OR_ADD));
        out.addAll(options(change.add(), HeaderAppendAction.APPEND_IF_EXISTS_OR_ADD));
        return out;
    }

    private static List<HeaderValueOption> options(
            Map<String, String> headers, HeaderAppendAction action) {
        List<HeaderValueOption> out = new ArrayList<>();
        new TreeMap<>(headers)
                .forEach((name, value) -> {
                    if (!isInternal(name)) {
                        out.add(
                                HeaderValueOption.newBuilder()
                                        .setHeader(
                                                HeaderValue.newBuilder()
                                                        .setKey(name)
                                                        .setValue(value))
                                        .setAppendAction(action)
                                        .build());
                    }
                });
        return out;
    }

    static List<String> removed(HeaderChange change) {
        return change.remove().stream().filter(name -> !isInternal(name)).sorted().toList();
    }

    /// The host that the request gets; what is set counts before what is added.
    static Optional<String> host(HeaderChange change) {
        return host(change.set()).or(() -> host(change.add()));
    }

    private static Optional<String> host(Map<String, String> headers) {
        return new TreeMap<>(headers)
                .entrySet().stream()
                        .filter(header -> isHost(header.getKey()))
                        .map(Map.Entry::getValue)
                        .findFirst();
    }

    private static boolean isHost(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.equals("host") || lower.equals(":authority");
    }

    private static boolean isInternal(String name) {
        return name.startsWith(":") || isHost(name);
    }
}
