package io.meltemi.galley.decode;

import io.meltemi.galley.finding.FieldPath;
import io.meltemi.galley.finding.Findings;
import io.meltemi.galley.source.DocumentSet.Text;
import io.meltemi.model.diagnostic.Origin;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Says where the fields of a text stand after its nodes are gone: it is parsed again when somebody
/// asks, which only a new finding does. Keeping the nodes instead takes fifty times the text.
/// Confined to one judging of the state.
public final class ReopenedText {
    private final Text text;
    private @Nullable List<NodePlaces> places;

    public ReopenedText(Text text) {
        this.text = text;
    }

    /// The places of one of its documents.
    ///
    /// @param index as the documents came when they were decoded
    /// @param root where the document begins
    public Findings.Places document(int index, Origin root) {
        return new Findings.Places() {
            @Override
            public Origin at(FieldPath path) {
                return path.steps().isEmpty() ? root : places(index).at(path);
            }

            @Override
            public boolean has(FieldPath path) {
                return places(index).has(path);
            }
        };
    }

    private NodePlaces places(int index) {
        List<NodePlaces> all = places;
        if (all == null) {
            all = DocumentDecoder.places(text);
            places = all;
        }
        return all.get(index);
    }
}
