package io.meltemi.galley.gatewayapi;

import io.meltemi.galley.finding.Code;
import io.meltemi.galley.gatewayapi.GatewayApiObject.GatewayObject;
import io.meltemi.galley.gatewayapi.GatewayApiObject.ListenerSetObject;
import io.meltemi.galley.gatewayapi.GatewayApiObject.ParentRef;
import io.meltemi.model.config.ConfigResource;
import io.meltemi.model.config.Sourced;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// The listeners of all gateways that are the mesh's to carry: their own, and those that
/// ListenerSets add. Confined to one reading.
///
/// Gateway API: of two that clients could not tell apart the gateway's own goes first, then that of
/// the older set.
final class GatewayListeners {
    /// By whom routes can name for a parent.
    private final Map<String, List<ListenerView>> ofParents = new HashMap<>();

    /// By the gateway that opens them, whoever wrote them.
    private final Map<String, List<ListenerView>> ofGateways = new LinkedHashMap<>();

    private final Map<String, ListenerIsolation> isolations = new HashMap<>();
    private final Map<String, Written<GatewayObject>> gateways = new HashMap<>();
    private final Set<String> ofOthers = new HashSet<>();
    private final List<ListenerOwner> owners = new ArrayList<>();
    private final List<ApiStatus> refusedSets = new ArrayList<>();

    GatewayListeners(
            GatewayApiDocuments documents, ListenerTlsConversion tls, KnownNamespaces namespaces) {
        GatewayClasses classes = new GatewayClasses(documents.classes());
        for (Written<GatewayObject> gateway : documents.gateways()) {
            ListenerOwner owner = ListenerOwner.of(gateway);
            if (classes.isOurs(gateway)) {
                List<ListenerView> own =
                        ListenerView.of(owner, gateway.object().listeners(), tls, namespaces);
                gateways.put(owner.title(), gateway);
                ofParents.put(owner.title(), own);
                ofGateways.put(owner.title(), new ArrayList<>(own));
                owners.add(owner);
            } else {
                ofOthers.add(owner.title());
            }
        }
        documents.listenerSets().forEach(set -> add(set, tls, namespaces));
        ofGateways.forEach((gateway, all) ->
                isolations.put(
                        gateway,
                        new ListenerIsolation(
                                all.stream().filter(view -> !view.isHidden()).toList())));
    }

    private void add(
            Written<ListenerSetObject> set, ListenerTlsConversion tls, KnownNamespaces namespaces) {
        ParentRef parent = set.object().parent();
        String title = title(parent, set.namespace());
        Written<GatewayObject> gateway = gateways.get(title);
        String own = ListenerOwner.title(set.object().kind().kindName(), set.fullName());
        if (gateway == null) {
            ofOthers.add(own);
            if (!ofOthers.contains(title)) {
                report(set, "NoMatchingParent", "no %s is written".formatted(title));
            }
        } else if (!namespaces.allow(
                gateway.object().listenerSets(), gateway.namespace(), set.namespace())) {
            String message =
                    "%s lets in no ListenerSet of namespace %s: see its allowedListeners"
                            .formatted(title, set.namespace());
            ofParents.put(own, List.of());
            report(set, "NotAllowed", message);
            refusedSets.add(GatewayStatus.refused(set, "NotAllowed", message));
        } else {
            ListenerOwner owner = ListenerOwner.of(set, gateway);
            List<ListenerView> before = ofGateways.getOrDefault(title, new ArrayList<>());
            List<ListenerView> added =
                    ListenerView.of(owner, set.object().listeners(), tls, namespaces).stream()
                            .map(view -> unlessHidden(view, before))
                            .toList();
            before.addAll(added);
            ofParents.put(own, added);
            owners.add(owner);
        }
    }

    private static ListenerView unlessHidden(ListenerView view, List<ListenerView> before) {
        Optional<ListenerView> like = before.stream().filter(view::isLike).findFirst();
        like.ifPresent(other ->
                view.owner()
                        .findings()
                        .judge(
                                Code.WITHOUT_EFFECT,
                                view.listener().at(),
                                "listener %s is not opened: %s has the same port, protocol and hostname"
                                        .formatted(view.listener().name(), other.title())));
        return like.map(view::behind).orElse(view);
    }

    private static void report(Written<ListenerSetObject> set, String reason, String message) {
        set.findings()
                .judge(
                        Code.ROUTE_NOT_ACCEPTED,
                        set.object().parent().at(),
                        "not accepted (%s): %s".formatted(reason, message));
    }

    /// What a parent is called.
    ///
    /// @param namespace that is meant where none is written
    static String title(ParentRef parent, String namespace) {
        return ListenerOwner.title(
                parent.kind(), parent.namespace().orElse(namespace) + "/" + parent.name());
    }

    /// Whether somebody else answers for a parent, or nobody can.
    boolean isOfOthers(String title) {
        return ofOthers.contains(title);
    }

    /// Those that a route means which names a parent; empty where it is not written.
    Optional<List<ListenerView>> of(String title) {
        return Optional.ofNullable(ofParents.get(title));
    }

    /// Beside which a listener stands.
    ListenerIsolation around(ListenerView listener) {
        return isolations.getOrDefault(
                ListenerOwner.of(listener.owner().gateway()).title(),
                new ListenerIsolation(List.of()));
    }

    List<Sourced<ConfigResource>> converted(Attached attached) {
        List<Sourced<ConfigResource>> resources = new ArrayList<>();
        ofGateways.forEach((gateway, all) -> {
            all.stream().flatMap(l -> l.converted().stream()).forEach(resources::add);
            Stream.ofNullable(isolations.get(gateway))
                    .flatMap(isolation -> isolation.unrouted(attached).stream())
                    .forEach(resources::add);
        });
        return resources;
    }

    /// What became of gateways and ListenerSets.
    List<ApiStatus> statuses(Attached attached) {
        List<ApiStatus> all = new ArrayList<>();
        owners.forEach(owner -> all.add(GatewayStatus.of(owner, written(owner), attached)));
        all.addAll(refusedSets);
        return all;
    }

    private List<ListenerView> written(ListenerOwner owner) {
        return ofParents.getOrDefault(owner.title(), List.of());
    }
}
