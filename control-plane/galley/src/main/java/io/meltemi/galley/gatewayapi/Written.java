package io.meltemi.galley.gatewayapi;

import io.meltemi.galley.finding.FieldPath;
import io.meltemi.galley.finding.Findings;
import io.meltemi.model.diagnostic.Origin;

/// A document and where to report about it. Confined to the thread that reads the state.
public record Written<T extends GatewayApiObject>(T object, Findings findings) {
    String namespace() {
        return object.metadata().namespace();
    }

    String name() {
        return object.metadata().name();
    }

    String fullName() {
        return namespace() + "/" + name();
    }

    Origin at() {
        return findings.at(FieldPath.ROOT);
    }
}
