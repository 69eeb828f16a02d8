package io.meltemi.galley.validate;

import io.meltemi.galley.decode.DecodedDocument;
import io.meltemi.galley.finding.Code;
import io.meltemi.galley.finding.FieldPath;
import io.meltemi.model.config.ConfigResource;
import io.meltemi.model.config.ResourceKey;
import io.meltemi.model.config.Sourced;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// A kind, namespace and name stand in one place only. Immutable.
public final class UniqueNames {
    private UniqueNames() {}

    public static void check(List<DecodedDocument> documents) {
        Map<ResourceKey, DecodedDocument> first = new HashMap<>();
        for (DecodedDocument document : documents) {
            document.resource().ifPresent(r -> check(r, document, first));
        }
    }

    private static void check(
            Sourced<ConfigResource> resource,
            DecodedDocument document,
            Map<ResourceKey, DecodedDocument> first) {
        ResourceKey key = resource.value().key();
        if (key.name().isEmpty()) {
            return;
        }
        DecodedDocument before = first.putIfAbsent(key, document);
        if (before != null) {
            document.findings()
                    .judge(
                            Code.DUPLICATE,
                            FieldPath.METADATA.field("name"),
                            "%s is written twice: here and at %s"
                                    .formatted(
                                            key,
                                            before.findings()
                                                    .at(FieldPath.METADATA.field("name"))));
        }
    }
}
