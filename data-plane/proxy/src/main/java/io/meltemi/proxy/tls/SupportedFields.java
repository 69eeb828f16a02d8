package io.meltemi.proxy.tls;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
        walk(message, at, "", problems);
        return problems;
    }

    private void walk(Message message, String at, String relative, List<String> problems) {
        unknown(message, at, problems);
        for (Map.Entry<FieldDescriptor, Object> set : message.getAllFields().entrySet()) {
            FieldDescriptor field = set.getKey();
            String path = relative + field.getName();
            String place = at + "." + field.getName();
            if (paths.contains(path)) {
                unknownBelow(set.getValue(), place, problems);
            } else if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE && isBegun(path)) {
                walkAll(set.getValue(), place, path + ".", problems);
            } else {
                problems.add(place + " is not supported");
            }
        }
    }

    private void walkAll(Object value, String at, String relative, List<String> problems) {
        if (value instanceof Message message) {
            walk(message, at, relative, problems);
        } else if (value instanceof List<?> list) {
            for (int i = 0; i < list.size(); i++) {
                walkAll(list.get(i), at + "[" + i + "]", relative, problems);
            }
        }
    }

    private boolean isBegun(String path) {
        String begin = path + ".";
        return paths.stream().anyMatch(supported -> supported.startsWith(begin));
    }

    private static void unknownBelow(Object value, String at, List<String> problems) {
        if (value instanceof Message message) {
            unknown(message, at, problems);
            message.getAllFields()
                    .forEach((field, child) ->
                            unknownBelow(child, at + "." + field.getName(), problems));
        } else if (value instanceof List<?> list) {
            for (int i = 0; i < list.size(); i++) {
                unknownBelow(list.get(i), at + "[" + i + "]", problems);
            }
        }
    }

    private static void unknown(Message message, String at, List<String> problems) {
        for (int number : message.getUnknownFields().asMap().keySet()) {
            problems.add(
                    at
                            + " has an unknown field (number "
                            + number
                            + " of "
                            + message.getDescriptorForType().getFullName()
                            + ")");
        }
    }
}
