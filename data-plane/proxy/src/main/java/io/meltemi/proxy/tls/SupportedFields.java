package io.meltemi.proxy.tls;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.meltemi.proxy.config.check.ConfigProblem;
import io.meltemi.proxy.config.check.Constraints;
import io.meltemi.proxy.config.check.SetFields;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// The fields of a message that have an effect here; any other that is set is refused by its path.
/// Immutable.
final class SupportedFields {
    private final Set<String> paths;

    /// @param paths from the message's root, lists without an index; all below a path is taken
    SupportedFields(Set<String> paths) {
        this.paths = Set.copyOf(paths);
    }

    /// One sentence for each field of the message that is set and not supported, unknown fields
    /// included.
    ///
    /// @param at where the message stands, for messages
    List<String> problems(Message message, String at) {
        List<String> problems = new ArrayList<>();
        walk(SetFields.of(message), at, "", problems);
        return problems;
    }

    /// Adds a sentence for each field that the protocol's own rules do not allow, but for those
    /// that have one already.
    static void addBroken(Message message, String at, List<String> problems) {
        for (ConfigProblem problem : Constraints.problems(message)) {
            String place = at + "." + problem.path();
            if (problems.stream().noneMatch(each -> each.startsWith(place))) {
                problems.add(place + " " + problem.reason());
            }
        }
    }

    private void walk(SetFields message, String at, String relative, List<String> problems) {
        unknown(message, at, problems);
        message.forEach((field, parts) -> {
            String path = relative + field.getName();
            String place = at + "." + field.getName();
            if (paths.contains(path)) {
                unknownBelow(field, parts, place, problems);
            } else if (!parts.isEmpty() && isBegun(path)) {
                for (int i = 0; i < parts.size(); i++) {
                    walk(parts.get(i), element(field, place, i), path + ".", problems);
                }
            } else {
                problems.add(place + " is not supported");
            }
        });
    }

    private boolean isBegun(String path) {
        String begin = path + ".";
        return paths.stream().anyMatch(supported -> supported.startsWith(begin));
    }

    private static void unknownBelow(
            FieldDescriptor field, List<SetFields> parts, String at, List<String> problems) {
        for (int i = 0; i < parts.size(); i++) {
            String place = element(field, at, i);
            unknown(parts.get(i), place, problems);
            parts.get(i)
                    .forEach((child, below) ->
                            unknownBelow(child, below, place + "." + child.getName(), problems));
        }
    }

    private static String element(FieldDescriptor field, String at, int index) {
        return field.isRepeated() ? at + "[" + index + "]" : at;
    }

    private static void unknown(SetFields message, String at, List<String> problems) {
        for (int number : message.unknown()) {
            problems.add(
                    at
                            + " has an unknown field (number "
                            + number
                            + " of "
                            + message.type().getFullName()
                            + ")");
        }
    }
}
