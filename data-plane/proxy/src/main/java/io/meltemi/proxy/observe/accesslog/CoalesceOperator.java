package io.meltemi.proxy.observe.accesslog;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Struct;
import com.google.protobuf.Value.KindCase;
import com.google.protobuf.util.JsonFormat;
import java.util.ArrayList;
import java.util.List;

/// `%COALESCE({"operators": ["NAME", {"command": "REQ", "param": "X-A", "max_length": 3}]})%`: the
/// first of its operators that has a value. Immutable.
final class CoalesceOperator {
    private CoalesceOperator() {}

    /// @param limit the most characters of a number, which nothing else cuts; -1: all
    /// @throws IllegalArgumentException naming what is wrong
    static Value create(String json, int limit, Operators operators) {
        Struct.Builder tree = Struct.newBuilder();
        try {
            JsonFormat.parser().merge(json, tree);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException("%COALESCE%: no JSON: " + e.getMessage(), e);
        }
        var list = tree.getFieldsMap().get("operators");
        if (list == null || list.getKindCase() != KindCase.LIST_VALUE) {
            throw new IllegalArgumentException("%COALESCE% needs an array 'operators'");
        }
        List<Value> choices = new ArrayList<>();
        for (var entry : list.getListValue().getValuesList()) {
            choices.add(entry(entry, operators));
        }
        if (choices.isEmpty()) {
            throw new IllegalArgumentException("%COALESCE%: 'operators' must not be empty");
        }
        Value[] all = choices.toArray(Value[]::new);
        return (record, out) -> {
            int mark = out.size();
            for (Value each : all) {
                if (each.write(record, out)) {
                    if (limit >= 0 && each instanceof NumberValue && out.size() - mark > limit) {
                        out.rollback(mark + limit);
                    }
                    return true;
                }
            }
            return false;
        };
    }

    private static Value entry(com.google.protobuf.Value entry, Operators operators) {
        if (entry.getKindCase() == KindCase.STRING_VALUE) {
            return operators.create(entry.getStringValue(), null, -1);
        }
        var fields = entry.getStructValue().getFieldsMap();
        var command = fields.get("command");
        if (command == null || command.getKindCase() != KindCase.STRING_VALUE) {
            throw new IllegalArgumentException(
                    "%COALESCE%: an operator is a name or an object with 'command'");
        }
        var parameter = fields.get("param");
        var most = fields.get("max_length");
        if (most != null && most.getNumberValue() < 1) {
            throw new IllegalArgumentException("%COALESCE%: 'max_length' must be above 0");
        }
        return operators.create(
                command.getStringValue(),
                parameter == null ? null : parameter.getStringValue(),
                most == null ? -1 : (int) most.getNumberValue());
    }
}
