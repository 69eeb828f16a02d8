package io.meltemi.galley;

import io.meltemi.galley.decode.PlainDocuments;
import io.meltemi.galley.source.ClusterObject;
import io.meltemi.galley.source.DocumentSet;
import io.meltemi.galley.source.DocumentSet.Text;
import io.meltemi.galley.source.ResourceName;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Finds documents again as they were written: nobody keeps their trees. Immutable.
final class Fields {
    private Fields() {}

    static Optional<Map<String, Object>> of(List<DocumentSet> sets, ReadResource resource) {
        for (DocumentSet set : sets) {
            for (Text text : set.texts()) {
                if (text.name().equals(resource.at().source())) {
                    return ofText(text, resource.name());
                }
            }
            for (ClusterObject object : set.objects()) {
                if (ResourceName.of(object.fields()).filter(resource.name()::equals).isPresent()) {
                    return Optional.of(object.fields());
                }
            }
        }
        return Optional.empty();
    }

    private static Optional<Map<String, Object>> ofText(Text text, ResourceName name) {
        return PlainDocuments.of(text, Readings.MOST_DOCUMENTS).documents().stream()
                .filter(document -> document.name().filter(name::equals).isPresent())
                .map(PlainDocuments.Document::fields)
                .findFirst();
    }
}
