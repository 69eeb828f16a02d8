package io.meltemi.galley.gatewayapi;

import io.meltemi.galley.gatewayapi.GatewayApiObject.GrantObject;
import java.util.List;

/// Who may refer to what in other namespaces. Immutable.
record Grants(List<GrantObject> all) implements BackendPermits {
    Grants {
        all = List.copyOf(all);
    }

    @Override
    public boolean allow(
            GatewayApiKind from,
            String fromNamespace,
            String group,
            String kind,
            String namespace,
            String name) {
        return all.stream()
                .filter(grant -> grant.metadata().namespace().equals(namespace))
                .filter(grant ->
                        grant.from()
                                .contains(
                                        new GrantObject.From(
                                                GatewayApiKind.GROUP,
                                                from.kindName(),
                                                fromNamespace)))
                .flatMap(grant -> grant.to().stream())
                .anyMatch(to ->
                        to.group().equals(group)
                                && to.kind().equals(kind)
                                && to.name().map(name::equals).orElse(true));
    }
}
