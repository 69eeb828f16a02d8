package io.meltemi.galley;

import io.meltemi.galley.decode.DecodedDocument;
import io.meltemi.galley.source.ClusterObject;
import io.meltemi.galley.source.DocumentSet;
import io.meltemi.galley.source.DocumentSet.Text;
import io.meltemi.model.diagnostic.Diagnostic;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Reads what sources hold, and reads nothing twice: a change costs what it touches. Confined to
/// whoever holds Galley's lock.
final class Readings {
    /// Over all sources together.
    static final int MOST_DOCUMENTS = 10_000;

    private Map<Text, Reading> texts = Map.of();
    private Map<ClusterObject, Reading> objects = Map.of();

    /// All documents of one state, for one judging.
    ///
    /// @param ofTexts those that take force together or not at all
    /// @param ofObjects those that stand for themselves
    record State(
            List<DecodedDocument> ofTexts,
            List<DecodedDocument> ofObjects,
            List<Diagnostic> problems) {
        /// All of them.
        List<DecodedDocument> documents() {
            List<DecodedDocument> all = new ArrayList<>(ofTexts);
            all.addAll(ofObjects);
            return all;
        }

        /// Without the objects that have an error. None keeps an older form: two control planes
        /// that follow one cluster must not differ by which of them knew it before it was broken.
        List<DecodedDocument> good() {
            List<DecodedDocument> good = new ArrayList<>(ofTexts);
            ofObjects.stream().filter(d -> !d.findings().hasErrors()).forEach(good::add);
            return good;
        }
    }

    /// Reads what is new and forgets what is gone.
    State read(List<DocumentSet> sets) {
        State state = new State(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        Map<Text, Reading> seenTexts = new HashMap<>();
        Map<ClusterObject, Reading> seenObjects = new HashMap<>();
        for (DocumentSet set : sets) {
            state.problems().addAll(set.problems());
            set.texts().forEach(text -> read(text, state, seenTexts));
            set.objects().forEach(object -> read(object, state, seenObjects));
        }
        texts = seenTexts;
        objects = seenObjects;
        return state;
    }

    private void read(Text text, State state, Map<Text, Reading> seen) {
        int most = MOST_DOCUMENTS - state.ofTexts().size();
        Reading known = texts.get(text);
        if (known != null && known.size() <= most) {
            state.ofTexts().addAll(known.documents(text));
            seen.put(text, known);
            known.syntax().ifPresent(state.problems()::add);
            return;
        }
        Reading read = Reading.of(text, most);
        read.syntax().ifPresent(state.problems()::add);
        if (read.isWhole()) {
            seen.put(text, read.kept(text));
        }
        state.ofTexts().addAll(read.documents());
    }

    private void read(ClusterObject object, State state, Map<ClusterObject, Reading> seen) {
        Reading known = objects.get(object);
        Reading reading = known == null ? Reading.of(object) : known;
        seen.put(object, reading);
        state.ofObjects().addAll(reading.documents());
    }
}
