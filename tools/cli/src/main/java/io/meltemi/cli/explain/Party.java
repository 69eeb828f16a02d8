package io.meltemi.cli.explain;

import io.meltemi.base.identity.SpiffeId;
import io.meltemi.pilot.scope.ProxyNode;
import java.util.List;

/// A workload that calls or is called. Immutable.
///
/// @param node as Pilot knows its proxy, or would if it had one
/// @param identity what its certificate says
/// @param assumed what nobody has said and is taken for granted, for people
record Party(Kind kind, ProxyNode node, SpiffeId identity, List<String> assumed) {
    /// What stands between it and the network.
    enum Kind {
        SIDECAR,
        GATEWAY,
        /// Nothing: it calls as it is, in plain text and without a proven identity.
        BARE
    }

    public Party {
        assumed = List.copyOf(assumed);
    }

    /// For people: `shop/invoice-1`.
    String name() {
        return node.namespace() + "/" + node.name();
    }
}
