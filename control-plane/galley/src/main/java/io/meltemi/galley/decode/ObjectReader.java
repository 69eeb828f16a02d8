package io.meltemi.galley.decode;

import io.meltemi.galley.finding.Code;
import io.meltemi.galley.finding.FieldPath;
import io.meltemi.galley.finding.Findings;
import io.meltemi.model.config.PlainValue;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/// Reads the fields of one object and remembers which, so that none is ignored in silence. Confined
/// to the thread that reads the document.
///
/// A field that is absent or null reads as absent; one of the wrong type is reported and reads as
/// absent.
final class ObjectReader {
    static final MappingNode NOTHING = new MappingNode(Tag.MAP, List.of(), FlowStyle.BLOCK);

    private final FieldPath path;
    private final Findings findings;
    private final Map<String, Node> fields = new LinkedHashMap<>();
    private final Set<String> known = new TreeSet<>();
    private final Set<String> notYet = new TreeSet<>();
    private boolean othersIgnored;

    ObjectReader(MappingNode node, FieldPath path, Findings findings) {
        this.path = path;
        this.findings = findings;
        for (NodeTuple entry : node.getValue()) {
            key(entry, path).ifPresent(key -> put(fields, key, entry.getValueNode(), path));
        }
    }

    Optional<String> key(NodeTuple entry, FieldPath at) {
        if (entry.getKeyNode() instanceof ScalarNode key) {
            return Optional.of(key.getValue());
        }
        findings.unread(Code.WRONG_TYPE, at, "a field's name must be a text");
        return Optional.empty();
    }

    /// YAML 1.2 §3.2.1.3: keys are unique; the library leaves that to whoever reads the nodes.
    <T> void put(Map<String, T> entries, String key, T value, FieldPath at) {
        if (entries.putIfAbsent(key, value) != null) {
            findings.unread(
                    Code.SYNTAX,
                    at.field(key),
                    "'%s' is written twice in %s".formatted(shown(key), named(at)));
        }
    }

    private static String named(FieldPath path) {
        return path.steps().isEmpty() ? "the document" : path.toString();
    }

    FieldPath path() {
        return path;
    }

    Findings findings() {
        return findings;
    }

    /// Whether the field is written, whatever it holds.
    boolean has(String name) {
        return fields.containsKey(name);
    }

    /// Names fields that the configuration language has and this version does not serve.
    void notYet(String... names) {
        notYet.addAll(List.of(names));
    }

    /// Names fields that never change behaviour.
    void ignore(String... names) {
        known.addAll(List.of(names));
    }

    /// What is not read is not looked at either, here and in all that is read below: it is for
    /// others.
    void ignoreOthers() {
        othersIgnored = true;
    }

    /// Here and below nothing is left out again.
    void ignoreNothing() {
        othersIgnored = false;
    }

    Optional<String> string(String name) {
        return scalar(
                name, "a text", (tag, text) -> isText(tag) ? Optional.of(text) : Optional.empty());
    }

    /// The text that stands there, silent where something else does.
    Optional<String> ifText(String name) {
        return Optional.ofNullable(fields.get(name))
                .filter(node -> isText(node.getTag()))
                .map(node -> ((ScalarNode) node).getValue());
    }

    /// Reports a field that is missing or empty; reads it as an empty text then.
    String requiredString(String name) {
        Optional<String> value = string(name);
        if (value.isEmpty() || value.get().isEmpty()) {
            missing(name);
        }
        return value.orElse("");
    }

    /// Kubernetes: a number, or the name of one.
    Optional<String> numberOrText(String name) {
        return scalar(
                name,
                "a number or a text",
                (tag, text) ->
                        isText(tag) || tag.equals(Tag.INT) ? Optional.of(text) : Optional.empty());
    }

    OptionalInt integer(String name) {
        Optional<Integer> value =
                scalar(
                        name,
                        "a whole number",
                        (tag, text) ->
                                whole(tag, text)
                                        .filter(n -> n == n.intValue())
                                        .map(Long::intValue));
        return value.isPresent() ? OptionalInt.of(value.get()) : OptionalInt.empty();
    }

    OptionalLong longInteger(String name) {
        Optional<Long> value = scalar(name, "a whole number", ObjectReader::whole);
        return value.isPresent() ? OptionalLong.of(value.get()) : OptionalLong.empty();
    }

    OptionalDouble number(String name) {
        Optional<Double> value = scalar(name, "a number", ObjectReader::decimal);
        return value.isPresent() ? OptionalDouble.of(value.get()) : OptionalDouble.empty();
    }

    Optional<Boolean> bool(String name) {
        return scalar(
                name,
                "true or false",
                (tag, text) ->
                        tag.equals(Tag.BOOL)
                                ? Optional.of(Boolean.parseBoolean(text))
                                : Optional.empty());
    }

    Optional<Duration> duration(String name) {
        return scalar(
                name,
                "a duration such as 100ms, 5s or 1m",
                (tag, text) -> isText(tag) ? DurationText.parse(text) : Optional.empty());
    }

    Optional<Instant> instant(String name) {
        return scalar(
                name,
                "a time such as 2026-11-28T09:00:00Z",
                (_, text) -> {
                    try {
                        return Optional.of(OffsetDateTime.parse(text).toInstant());
                    } catch (DateTimeParseException _) {
                        return Optional.empty();
                    }
                });
    }

    /// One of the names of an enum.
    ///
    /// @param unserved names that exist in Istio and are not served yet
    <E extends Enum<E>> Optional<E> choice(String name, Class<E> type, String... unserved) {
        Map<String, E> served = new LinkedHashMap<>();
        for (E constant : type.getEnumConstants()) {
            served.put(constant.name(), constant);
        }
        return string(name).flatMap(text -> choose(name, text, served, List.of(unserved)));
    }

    /// One of some texts, compared and returned in upper case.
    Optional<String> upperCaseChoice(String name, List<String> served, List<String> unserved) {
        Map<String, String> choices = new LinkedHashMap<>();
        served.forEach(s -> choices.put(s, s));
        return string(name)
                .map(text -> text.toUpperCase(java.util.Locale.ROOT))
                .flatMap(text -> choose(name, text, choices, unserved));
    }

    private <T> Optional<T> choose(
            String name, String text, Map<String, T> served, List<String> unserved) {
        T value = served.get(text);
        if (value != null) {
            return Optional.of(value);
        }
        if (unserved.contains(text)) {
            unsupported(name, name + " " + text);
        } else {
            wrongChoice(name, text, served.keySet());
        }
        return Optional.empty();
    }

    /// Reports a text that is none of those that exist.
    void wrongChoice(String name, String text, Collection<String> choices) {
        findings.unread(
                Code.WRONG_TYPE,
                path.field(name),
                "unknown %s '%s'%s: expected one of %s"
                        .formatted(
                                name,
                                shown(text),
                                Suggestion.of(text, choices),
                                String.join(", ", choices)));
    }

    <T> Optional<T> object(String name, Function<ObjectReader, T> decoder) {
        return value(name).flatMap(node -> object(node, path.field(name), decoder));
    }

    /// The entries that could be read; broken ones are reported and left out.
    ///
    /// Kubernetes: nothing between two hyphens is an object without fields.
    <T> List<T> list(String name, Function<ObjectReader, T> decoder) {
        return items(
                name,
                (item, at) -> object(item.getTag().equals(Tag.NULL) ? NOTHING : item, at, decoder));
    }

    List<String> strings(String name) {
        return items(
                name,
                (item, at) ->
                        item instanceof ScalarNode scalar && isText(scalar.getTag())
                                ? Optional.of(scalar.getValue())
                                : wrongType(at, "a text", item));
    }

    /// Entries of free names, in no order.
    <T> Map<String, T> map(String name, Function<ObjectReader, T> decoder) {
        return entries(name, (node, at) -> object(node, at, decoder));
    }

    List<Integer> integers(String name) {
        return items(name, this::wholeNumber);
    }

    Map<String, String> stringMap(String name) {
        return entries(
                name,
                (node, at) ->
                        node instanceof ScalarNode scalar && isText(scalar.getTag())
                                ? Optional.of(scalar.getValue())
                                : wrongType(at, "a text", node));
    }

    /// Texts that nobody may see: what is wrong with one is said without showing it.
    Map<String, String> hiddenMap(String name) {
        Optional<Node> node = value(name);
        if (node.isEmpty()) {
            return Map.of();
        }
        FieldPath at = path.field(name);
        if (!(node.get() instanceof MappingNode mapping)) {
            findings.unread(Code.WRONG_TYPE, at, at + ": expected an object");
            return Map.of();
        }
        Map<String, String> entries = new HashMap<>();
        for (NodeTuple entry : mapping.getValue()) {
            Optional<String> key = key(entry, at);
            if (key.isEmpty()) {
                continue;
            }
            if (entry.getValueNode() instanceof ScalarNode text && isText(text.getTag())) {
                put(entries, key.get(), text.getValue(), at);
            } else {
                findings.unread(
                        Code.WRONG_TYPE,
                        at.field(key.get()),
                        at.field(key.get()) + ": expected a text (quotes make it one)");
            }
        }
        return entries;
    }

    Map<String, Integer> integerMap(String name) {
        return entries(name, this::wholeNumber);
    }

    private Optional<Integer> wholeNumber(Node node, FieldPath at) {
        Optional<Integer> number =
                node instanceof ScalarNode scalar
                        ? whole(scalar.getTag(), scalar.getValue())
                                .filter(n -> n == n.intValue())
                                .map(Long::intValue)
                        : Optional.empty();
        return number.or(() -> wrongType(at, "a whole number", node));
    }

    /// An object that is kept as it is written: somebody else knows its fields.
    Optional<PlainValue> plain(String name) {
        return value(name)
                .flatMap(node ->
                        node instanceof MappingNode
                                ? Optional.of(PlainValueReader.read(node, path.field(name), this))
                                : wrongType(path.field(name), "an object", node));
    }

    void missing(String name) {
        findings.unread(Code.MISSING_FIELD, path.field(name), path.field(name) + " is required");
    }

    /// Reports two fields of which only one may be written.
    void exclusive(String one, String other) {
        findings.unread(
                Code.SCHEMA,
                path.field(other),
                "%s: only one of %s and %s may be given".formatted(path, one, other));
    }

    /// Reports each after the first of several fields of which only one may be written.
    void exclusive(List<String> names) {
        List<String> written = names.stream().filter(this::has).toList();
        written.stream().skip(1).forEach(other -> exclusive(written.getFirst(), other));
    }

    void unsupported(String name, String what) {
        findings.unread(Code.NOT_SUPPORTED, path.field(name), what + " is not supported yet");
    }

    /// Reports every field that is written and was not read.
    void finish() {
        if (othersIgnored) {
            return;
        }
        for (String name : fields.keySet()) {
            if (known.contains(name)) {
                continue;
            }
            if (notYet.contains(name)) {
                unsupported(name, "field " + path.field(name));
                continue;
            }
            Set<String> candidates = new TreeSet<>(known);
            candidates.addAll(notYet);
            findings.unread(
                    Code.UNKNOWN_FIELD,
                    path.field(name),
                    "unknown field '%s' in %s%s"
                            .formatted(shown(name), named(path), Suggestion.of(name, candidates)));
        }
    }

    private Optional<Node> value(String name) {
        known.add(name);
        return Optional.ofNullable(fields.get(name))
                .filter(node -> !node.getTag().equals(Tag.NULL));
    }

    private <T> Optional<T> scalar(
            String name, String expected, BiFunction<Tag, String, Optional<T>> parser) {
        Optional<Node> node = value(name);
        if (node.isEmpty()) {
            return Optional.empty();
        }
        Optional<T> parsed =
                node.get() instanceof ScalarNode scalar
                        ? parser.apply(scalar.getTag(), scalar.getValue())
                        : Optional.empty();
        return parsed.or(() -> wrongType(path.field(name), expected, node.get()));
    }

    private <T> Optional<T> object(Node node, FieldPath at, Function<ObjectReader, T> decoder) {
        if (!(node instanceof MappingNode mapping)) {
            return wrongType(at, "an object", node);
        }
        ObjectReader reader = new ObjectReader(mapping, at, findings);
        reader.othersIgnored = othersIgnored;
        T result = decoder.apply(reader);
        reader.finish();
        return Optional.of(result);
    }

    private <T> List<T> items(String name, BiFunction<Node, FieldPath, Optional<T>> decoder) {
        Optional<Node> node = value(name);
        if (node.isEmpty()) {
            return List.of();
        }
        if (!(node.get() instanceof SequenceNode sequence)) {
            Optional<T> none = wrongType(path.field(name), "a list", node.get());
            return none.stream().toList();
        }
        List<T> items = new ArrayList<>();
        for (int i = 0; i < sequence.getValue().size(); i++) {
            decoder.apply(sequence.getValue().get(i), path.field(name).item(i))
                    .ifPresent(items::add);
        }
        return items;
    }

    private <T> Map<String, T> entries(
            String name, BiFunction<Node, FieldPath, Optional<T>> decoder) {
        Optional<Node> node = value(name);
        if (node.isEmpty()) {
            return Map.of();
        }
        if (!(node.get() instanceof MappingNode mapping)) {
            Optional<T> none = wrongType(path.field(name), "an object", node.get());
            return none.map(value -> Map.of(name, value)).orElse(Map.of());
        }
        Map<String, T> entries = new HashMap<>();
        FieldPath at = path.field(name);
        for (NodeTuple entry : mapping.getValue()) {
            key(entry, at)
                    .ifPresent(key ->
                            decoder.apply(entry.getValueNode(), at.field(key))
                                    .ifPresent(value -> put(entries, key, value, at)));
        }
        return entries;
    }

    <T> Optional<T> wrongType(FieldPath at, String expected, Node got) {
        findings.unread(
                Code.WRONG_TYPE,
                at,
                "%s: expected %s, got %s".formatted(at, expected, describe(got)));
        return Optional.empty();
    }

    private static String describe(Node node) {
        return switch (node) {
            case MappingNode _ -> "an object";
            case SequenceNode _ -> "a list";
            case ScalarNode s when s.getTag().equals(Tag.NULL) -> "nothing";
            case ScalarNode s when isText(s.getTag()) -> "'" + shown(s.getValue()) + "'";
            case ScalarNode s -> shown(s.getValue()) + " (quotes make it a text)";
            default -> "something else";
        };
    }

    static boolean isText(Tag tag) {
        return tag.equals(Tag.STR);
    }

    static Optional<Long> whole(Tag tag, String text) {
        if (!tag.equals(Tag.INT)) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    text.startsWith("0x")
                            ? Long.parseLong(text.substring(2), 16)
                            : text.startsWith("0o")
                                    ? Long.parseLong(text.substring(2), 8)
                                    : Long.parseLong(text));
        } catch (NumberFormatException _) {
            return Optional.empty();
        }
    }

    static Optional<Double> decimal(Tag tag, String text) {
        if (tag.equals(Tag.INT)) {
            return whole(tag, text).map(Long::doubleValue);
        }
        if (!tag.equals(Tag.FLOAT)) {
            return Optional.empty();
        }
        try {
            return Optional.of(Double.valueOf(text)).filter(Double::isFinite);
        } catch (NumberFormatException _) {
            return Optional.empty();
        }
    }

    /// Hostile names must neither fill a terminal nor move its cursor.
    static String shown(String text) {
        String printable =
                text.codePoints()
                        .limit(80)
                        .map(c -> Character.isISOControl(c) ? ' ' : c)
                        .collect(
                                StringBuilder::new,
                                StringBuilder::appendCodePoint,
                                StringBuilder::append)
                        .toString();
        return text.codePointCount(0, text.length()) > 80 ? printable + "..." : printable;
    }
}
