package io.meltemi.galley;

import io.meltemi.galley.decode.DecodedDocument;
import io.meltemi.galley.decode.DocumentDecoder;
import io.meltemi.galley.decode.ReopenedText;
import io.meltemi.galley.finding.Code;
import io.meltemi.galley.finding.FieldPath;
import io.meltemi.galley.finding.Findings;
import io.meltemi.galley.kubernetes.KubernetesObject.MeshConfigObject;
import io.meltemi.galley.source.ClusterObject;
import io.meltemi.galley.source.DocumentSet.Text;
import io.meltemi.galley.validate.GatewayApiValidation;
import io.meltemi.galley.validate.MeshConfigValidation;
import io.meltemi.galley.validate.ResourceValidation;
import io.meltemi.model.diagnostic.Diagnostic;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// One text or one object, decoded and judged by itself: what depends on nothing else. Immutable,
/// but for the findings of its documents, which are handed out as copies.
final class Reading {
    private final List<DecodedDocument> documents;
    private final Optional<Diagnostic> syntax;

    private Reading(List<DecodedDocument> documents, Optional<Diagnostic> syntax) {
        this.documents = List.copyOf(documents);
        this.syntax = syntax;
    }

    /// @param most documents that are read at most
    static Reading of(Text text, int most) {
        DocumentDecoder.Decoded decoded = DocumentDecoder.decode(text, most);
        decoded.documents().forEach(Reading::validate);
        return new Reading(decoded.documents(), decoded.syntax());
    }

    static Reading of(ClusterObject object) {
        DecodedDocument document = DocumentDecoder.decode(object);
        validate(document);
        return new Reading(List.of(document), Optional.empty());
    }

    private static void validate(DecodedDocument document) {
        Findings findings = document.findings();
        document.resource().ifPresent(r -> ResourceValidation.validate(r.value(), findings));
        document.gatewayApi().ifPresent(o -> GatewayApiValidation.validate(o, findings));
        if (document.object().orElse(null) instanceof MeshConfigObject object) {
            MeshConfigValidation.validate(object.config(), findings);
        }
    }

    /// The documents, for a judging that adds to their findings.
    List<DecodedDocument> documents() {
        return documents.stream()
                .map(d -> d.with(d.findings().copy(d.findings().places())))
                .toList();
    }

    /// The same where the text is no longer held as a tree.
    List<DecodedDocument> documents(Text text) {
        ReopenedText reopened = new ReopenedText(text);
        List<DecodedDocument> copies = new ArrayList<>(documents.size());
        for (DecodedDocument document : documents) {
            Findings findings = document.findings();
            copies.add(
                    document.with(
                            findings.copy(
                                    reopened.document(
                                            copies.size(), findings.at(FieldPath.ROOT)))));
        }
        return copies;
    }

    /// Without the tree of the text, which takes many times its memory.
    Reading kept(Text text) {
        return new Reading(documents(text), syntax);
    }

    int size() {
        return documents.size();
    }

    /// What kept (the rest of) the text from being read.
    Optional<Diagnostic> syntax() {
        return syntax;
    }

    /// Whether it was read to the end, or would be the same in another place.
    boolean isWhole() {
        return syntax.filter(d -> d.code().equals(Code.TOO_LARGE.text())).isEmpty();
    }
}
