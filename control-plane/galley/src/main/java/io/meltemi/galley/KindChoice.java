package io.meltemi.galley;

import io.meltemi.galley.gatewayapi.GatewayApiKind;
import io.meltemi.galley.source.ResourceName;
import io.meltemi.model.config.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/// The kinds that somebody means by a word, as kubectl takes them: `vs`, `virtualservice`,
/// `virtualservices`, `virtualservices.networking.istio.io`, in any case; `all` for every kind.
/// Immutable.
public record KindChoice(Predicate<ResourceName> means) {
    private static final Map<String, String> OF_KUBERNETES =
            Map.of(
                    "Service", "",
                    "Endpoints", "",
                    "EndpointSlice", "discovery.k8s.io",
                    "Pod", "",
                    "Node", "",
                    "Namespace", "");

    /// Istio's, Gateway API's and Kubernetes' own.
    private static final Map<String, String> SHORT =
            Map.ofEntries(
                    Map.entry("vs", "VirtualService"),
                    Map.entry("dr", "DestinationRule"),
                    Map.entry("gw", "Gateway"),
                    Map.entry("se", "ServiceEntry"),
                    Map.entry("we", "WorkloadEntry"),
                    Map.entry("wg", "WorkloadGroup"),
                    Map.entry("pa", "PeerAuthentication"),
                    Map.entry("ap", "AuthorizationPolicy"),
                    Map.entry("ra", "RequestAuthentication"),
                    Map.entry("telemetry", "Telemetry"),
                    Map.entry("gc", "GatewayClass"),
                    Map.entry("gtw", "Gateway"),
                    Map.entry("refgrant", "ReferenceGrant"),
                    Map.entry("svc", "Service"),
                    Map.entry("ep", "Endpoints"),
                    Map.entry("po", "Pod"),
                    Map.entry("no", "Node"),
                    Map.entry("ns", "Namespace"),
                    Map.entry("cm", "ConfigMap"));

    private record Named(String group, String kind) {}

    /// @throws IllegalArgumentException when it is none, saying which there are
    public static KindChoice parse(String text) {
        String word = text.toLowerCase(Locale.ROOT);
        if (word.equals("all")) {
            return new KindChoice(_ -> true);
        }
        int dot = word.indexOf('.');
        String kind = dot < 0 ? word : word.substring(0, dot);
        String full = SHORT.getOrDefault(kind, kind);
        // Of Gateway API's the short name is `gtw`; `gw` is Istio's.
        String ofShort =
                kind.equals("gtw")
                        ? GatewayApiKind.GROUP
                        : kind.equals("gw") ? Kind.GATEWAY.group() : "*";
        String group = dot < 0 ? ofShort : word.substring(dot + 1);
        List<Named> meant =
                known().stream()
                        .filter(named -> isCalled(named.kind(), full))
                        .filter(named -> group.equals("*") || named.group().equals(group))
                        .toList();
        if (meant.isEmpty()) {
            Set<String> names = new TreeSet<>();
            known().forEach(named -> names.add(named.kind()));
            throw new IllegalArgumentException(
                    "'%s' is none of %s, all".formatted(text, String.join(", ", names)));
        }
        return new KindChoice(name -> meant.contains(new Named(name.group(), name.kind())));
    }

    private static boolean isCalled(String kind, String word) {
        String singular = kind.toLowerCase(Locale.ROOT);
        String lower = word.toLowerCase(Locale.ROOT);
        return lower.equals(singular)
                || lower.equals(singular + "s")
                || lower.equals(singular + "es")
                || (singular.endsWith("y")
                        && lower.equals(singular.substring(0, singular.length() - 1) + "ies"));
    }

    private static List<Named> known() {
        List<Named> known = new ArrayList<>();
        for (Kind kind : Kind.values()) {
            known.add(new Named(kind.group(), kind.kindName()));
        }
        for (GatewayApiKind kind : GatewayApiKind.values()) {
            known.add(new Named(GatewayApiKind.GROUP, kind.kindName()));
        }
        OF_KUBERNETES.forEach((kind, group) -> known.add(new Named(group, kind)));
        return known;
    }
}
