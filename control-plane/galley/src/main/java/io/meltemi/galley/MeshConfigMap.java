package io.meltemi.galley;

import io.meltemi.galley.decode.DecodedDocument;
import io.meltemi.galley.finding.Code;
import io.meltemi.galley.finding.FieldPath;
import io.meltemi.galley.kubernetes.KubernetesObject.MeshConfigObject;
import io.meltemi.galley.validate.MeshConfigValidation;
import io.meltemi.model.config.MeshConfig;
import io.meltemi.model.snapshot.MeshSettings;
import java.util.List;
import java.util.Optional;

/// Finds what is written for the whole mesh. Immutable.
final class MeshConfigMap {
    private MeshConfigMap() {}

    /// @param started what the control plane was started with
    static MeshConfig read(List<DecodedDocument> documents, MeshSettings started) {
        Optional<DecodedDocument> first = Optional.empty();
        MeshConfig config = MeshConfig.DEFAULT;
        for (DecodedDocument document : documents) {
            if (!(document.object().orElse(null) instanceof MeshConfigObject object)) {
                continue;
            }
            MeshConfigValidation.trustDomain(
                    object.trustDomain(), started.trustDomain(), document.findings());
            if (!object.metadata().namespace().equals(started.rootNamespace())) {
                document.findings()
                        .judge(
                                Code.WITHOUT_EFFECT,
                                FieldPath.METADATA.field("namespace"),
                                "the ConfigMap istio is read in namespace %s only, not in %s"
                                        .formatted(
                                                started.rootNamespace(),
                                                object.metadata().namespace()));
            } else if (first.isPresent()) {
                document.findings()
                        .judge(
                                Code.DUPLICATE,
                                FieldPath.METADATA.field("name"),
                                "the ConfigMap istio is written twice: here and at %s"
                                        .formatted(
                                                first.get()
                                                        .findings()
                                                        .at(FieldPath.METADATA.field("name"))));
            } else {
                first = Optional.of(document);
                config = object.config();
            }
        }
        return config;
    }
}
