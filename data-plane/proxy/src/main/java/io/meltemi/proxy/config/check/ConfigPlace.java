package io.meltemi.proxy.config.check;

import com.google.protobuf.Descriptors.FieldDescriptor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A field of a resource that is being compiled, and where its problems are put. Confined to the
/// thread that compiles; every place below one root shares the root's list.
///
/// The path is text only when somebody reads it: a resource without problems costs no strings.
public final class ConfigPlace {
    private final @Nullable ConfigPlace parent;
    private final String step;
    private final int index;
    private final Problems problems;

    private ConfigPlace(@Nullable ConfigPlace parent, String step, int index, Problems problems) {
        this.parent = parent;
        this.step = step;
        this.index = index;
        this.problems = problems;
    }

    /// The resource itself; `name` begins every path and may be empty.
    public static ConfigPlace root(String name) {
        return new ConfigPlace(null, name, -1, new Problems());
    }

    /// A field of the message at this place.
    public ConfigPlace field(String name) {
        return new ConfigPlace(this, name, -1, problems);
    }

    /// An element of a repeated field.
    public ConfigPlace element(String name, int elementIndex) {
        return new ConfigPlace(this, name, elementIndex, problems);
    }

    /// A field, or one of its elements where it is a list.
    public ConfigPlace part(FieldDescriptor field, int elementIndex) {
        return field.isRepeated() ? element(field.getName(), elementIndex) : field(field.getName());
    }

    /// The value of a map field.
    public ConfigPlace entry(String name, String key) {
        return new ConfigPlace(this, name + "[" + key + "]", -1, problems);
    }

    /// Notes that the value here cannot be used.
    public void refuse(String reason) {
        problems.add(path(), reason);
    }

    /// The same for what a rule of the protocol says, which is silent where anybody who knows what
    /// the value is for has something to say.
    void refuseByRule(String reason) {
        problems.addByRule(path(), reason);
    }

    /// Whether something was refused at this very place.
    public boolean isRefused() {
        return !problems.isEmpty() && problems.isAt(path());
    }

    /// What was refused so far, here or anywhere below the same root.
    public List<ConfigProblem> problems() {
        return problems.all();
    }

    /// Whether nothing was refused so far.
    public boolean isClean() {
        return problems.isEmpty();
    }

    /// Fails with every problem found, if there is one.
    public void throwIfRefused(String resource) throws ConfigRefusedException {
        if (!problems.isEmpty()) {
            throw new ConfigRefusedException(resource, problems.all());
        }
    }

    public String path() {
        StringBuilder text = new StringBuilder();
        append(text);
        return text.toString();
    }

    private void append(StringBuilder text) {
        if (parent != null) {
            parent.append(text);
        }
        if (!text.isEmpty() && !step.isEmpty()) {
            text.append('.');
        }
        text.append(step);
        if (index >= 0) {
            text.append('[').append(index).append(']');
        }
    }

    @Override
    public String toString() {
        return path();
    }
}
