package io.meltemi.galley;

import io.meltemi.galley.decode.PlainDocuments;
import io.meltemi.galley.decode.PlainDocuments.Document;
import io.meltemi.galley.finding.Code;
import io.meltemi.galley.objects.ObjectStore.Contents;
import io.meltemi.galley.objects.StoredObject;
import io.meltemi.galley.source.DocumentSet.Text;
import io.meltemi.galley.source.ResourceName;
import io.meltemi.model.diagnostic.Diagnostic;
import io.meltemi.model.diagnostic.Origin;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The objects that somebody wants to write or to delete, and what speaks against it before anybody
/// looks at what they say. Confined to its call.
final class Order {
    private final Map<ResourceName, Document> documents = new LinkedHashMap<>();
    private final List<Diagnostic> objections = new ArrayList<>();

    /// @param folders where each document of other sources stands
    Order(List<Text> texts, Map<ResourceName, Origin> folders) {
        for (Text text : texts) {
            PlainDocuments read = PlainDocuments.of(text, Readings.MOST_DOCUMENTS);
            read.syntax().ifPresent(objections::add);
            read.documents().forEach(document -> add(document, folders));
        }
    }

    private void add(Document document, Map<ResourceName, Origin> folders) {
        Optional<ResourceName> name = document.name();
        if (name.isEmpty()) {
            return;
        }
        Document before = documents.putIfAbsent(name.get(), document);
        Origin owned = folders.get(name.get());
        if (before != null) {
            object(
                    Code.DUPLICATE,
                    document,
                    "%s is written twice: here and at %s".formatted(name.get(), before.at()));
        } else if (owned != null) {
            object(
                    Code.DUPLICATE,
                    document,
                    "%s stands in %s: change it there, what is in folders is its owner's alone"
                            .formatted(name.get(), owned));
        }
    }

    /// Refuses what was made from an older form than the store has.
    void compareVersions(Contents contents) {
        for (Map.Entry<ResourceName, Document> entry : documents.entrySet()) {
            Optional<String> expected = version(entry.getValue().fields());
            StoredObject stored = contents.objects().get(entry.getKey());
            String now = stored == null ? "not there" : "at " + stored.version();
            if (expected.isPresent()
                    && (stored == null || !expected.get().equals("" + stored.version()))) {
                object(
                        Code.CHANGED_SINCE,
                        entry.getValue(),
                        "%s was made from resourceVersion %s and is %s: get it again, or leave metadata.resourceVersion out"
                                .formatted(entry.getKey(), expected.get(), now));
            }
        }
    }

    private static Optional<String> version(Map<String, Object> fields) {
        return fields.get("metadata") instanceof Map<?, ?> metadata
                ? Optional.ofNullable(metadata.get("resourceVersion")).map(Object::toString)
                : Optional.empty();
    }

    /// Refuses names that the store does not have.
    void requireStored(Contents contents) {
        documents.forEach((name, document) -> {
            if (!contents.objects().containsKey(name)) {
                object(Code.NOT_STORED, document, "the store has no " + name);
            }
        });
    }

    private void object(Code code, Document document, String message) {
        objections.add(new Diagnostic(code.text(), code.severity(), document.at(), message));
    }

    /// By name, in the order of the texts.
    Map<ResourceName, Document> documents() {
        return documents;
    }

    /// What speaks against it so far.
    List<Diagnostic> objections() {
        return objections;
    }
}
