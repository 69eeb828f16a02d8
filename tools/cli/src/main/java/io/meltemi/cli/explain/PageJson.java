package io.meltemi.cli.explain;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.ListValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import com.google.protobuf.util.JsonFormat;
import io.meltemi.cli.explain.Explanation.Result;
import java.util.List;

/// The page for programs. Thread-safe: stateless.
public final class PageJson {
    private PageJson() {}

    public static String of(Explanation explanation) {
        ListValue.Builder parts = ListValue.newBuilder();
        explanation.parts().forEach(part -> parts.addValues(struct(part(part))));
        Struct.Builder out =
                Struct.newBuilder()
                        .putFields("request", text(explanation.request()))
                        .putFields("from", text(explanation.caller()))
                        .putFields("assumed", texts(explanation.assumed()))
                        .putFields("proxies", list(parts))
                        .putFields("result", struct(result(explanation.result())));
        try {
            return JsonFormat.printer().print(out) + "\n";
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("a structure has a form in JSON", e);
        }
    }

    private static Struct.Builder part(Part part) {
        ListValue.Builder steps = ListValue.newBuilder();
        part.steps().forEach(step -> steps.addValues(struct(step(step))));
        return Struct.newBuilder()
                .putFields("proxy", text(part.proxy()))
                .putFields("steps", list(steps));
    }

    private static Struct.Builder step(Step step) {
        Struct.Builder out =
                Struct.newBuilder()
                        .putFields("about", text(step.about()))
                        .putFields("text", text(step.text()));
        if (!step.place().isEmpty()) {
            out.putFields("place", text(step.place()));
        }
        if (!step.notes().isEmpty()) {
            out.putFields("notes", texts(step.notes()));
        }
        return out;
    }

    private static Struct.Builder result(Result result) {
        Struct.Builder out = Struct.newBuilder().putFields("text", text(result.text()));
        return switch (result) {
            case Result.Reaches _ -> out.putFields("reaches", bool(true));
            case Result.Answered(int status, String details, _) ->
                    out.putFields("reaches", bool(false))
                            .putFields("status", Value.newBuilder().setNumberValue(status).build())
                            .putFields("responseCodeDetails", text(details));
        };
    }

    private static Value texts(List<String> texts) {
        ListValue.Builder list = ListValue.newBuilder();
        texts.forEach(each -> list.addValues(text(each)));
        return list(list);
    }

    private static Value list(ListValue.Builder list) {
        return Value.newBuilder().setListValue(list).build();
    }

    private static Value struct(Struct.Builder struct) {
        return Value.newBuilder().setStructValue(struct).build();
    }

    private static Value text(String text) {
        return Value.newBuilder().setStringValue(text).build();
    }

    private static Value bool(boolean value) {
        return Value.newBuilder().setBoolValue(value).build();
    }
}
