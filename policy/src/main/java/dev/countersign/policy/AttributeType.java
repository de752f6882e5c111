package dev.countersign.policy;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A type that a schema gives an attribute, a tag or a context (Cedar reference, "Schema", data types). */
sealed interface AttributeType {
    /** What in {@code value} is not of this type, or null when all is. */
    @Nullable
    Misfit misfit(Value value);

    /** As people write it: {@code Long}, {@code Set<String>}, {@code User}. */
    String written();

    /** A type without parts. */
    record Plain(String written, Class<? extends Value> values) implements AttributeType {
        /** Under the names that schemas give them. */
        static final Map<String, AttributeType> BUILT_IN = Map.of(
                "Long", new Plain("Long", LongValue.class),
                "String", new Plain("String", StringValue.class),
                "Bool", new Plain("Bool", Bool.class),
                "Boolean", new Plain("Bool", Bool.class),
                "decimal", new Plain("decimal", DecimalValue.class),
                "ipaddr", new Plain("ipaddr", IpValue.class),
                "datetime", new Plain("datetime", DatetimeValue.class),
                "duration", new Plain("duration", DurationValue.class));

        @Override
        public @Nullable Misfit misfit(Value value) {
            return values.isInstance(value) ? null : Misfit.type(this, value);
        }
    }

    /** A reference to an entity. */
    record Reference(EntityShape entity) implements AttributeType {
        @Override
        public @Nullable Misfit misfit(Value value) {
            return value instanceof EntityUid uid && uid.type().equals(entity.type())
                    ? entity.misfit(uid)
                    : Misfit.type(this, value);
        }

        @Override
        public String written() {
            return entity.type();
        }
    }

    /** A set, all of one type. */
    record SetOf(AttributeType element) implements AttributeType {
        @Override
        public @Nullable Misfit misfit(Value value) {
            if (!(value instanceof SetValue set)) {
                return Misfit.type(this, value);
            }
            for (var each : set.elements()) {
                var misfit = element.misfit(each);
                if (misfit != null) {
                    return misfit; // a set has no order to point into
                }
            }
            return null;
        }

        @Override
        public String written() {
            return "Set<" + element.written() + ">";
        }
    }

    /** A record: the members that it must or may have, and no others. */
    record Members(List<Member> members, Set<String> names) implements AttributeType {
        /** The record without members. */
        static final Members NONE = new Members(List.of(), Set.of());

        static Members of(List<Member> members) {
            return new Members(
                    List.copyOf(members),
                    Set.copyOf(members.stream().map(Member::name).toList()));
        }

        @Override
        public @Nullable Misfit misfit(Value value) {
            return value instanceof RecordValue given ? misfit(given) : Misfit.type(this, value);
        }

        private @Nullable Misfit misfit(RecordValue given) {
            var known = 0;
            for (var i = 0; i < members.size(); i++) { // by index: no iterator on the way of every request
                var member = members.get(i);
                var value = given.get(member.name());
                if (value == null) {
                    if (member.required()) {
                        return Misfit.missing(member.name(), member.type());
                    }
                    continue;
                }
                known++;
                var misfit = member.type().misfit(value);
                if (misfit != null) {
                    return misfit.within(member.name());
                }
            }
            return known == given.members().size() ? null : Misfit.undeclared(given, names);
        }

        /** The type of the member, or null when none is declared. */
        @Nullable
        AttributeType get(String name) {
            for (var member : members) {
                if (member.name().equals(name)) {
                    return member.type();
                }
            }
            return null;
        }

        /** Whether {@code given} has no member, at any depth of records, that is not declared. */
        boolean declaresAll(RecordValue given) {
            var known = 0;
            for (var i = 0; i < members.size(); i++) {
                var value = given.get(members.get(i).name());
                if (value != null) {
                    known++;
                    if (value instanceof RecordValue inner
                            && members.get(i).type() instanceof Members type
                            && !type.declaresAll(inner)) {
                        return false;
                    }
                }
            }
            return known == given.members().size();
        }

        /** {@code given} without what is not declared, at any depth of records; itself when everything is. */
        RecordValue trimmed(RecordValue given) {
            if (declaresAll(given)) {
                return given;
            }
            var kept = RecordValue.builder();
            given.members().forEach((name, value) -> {
                var type = get(name);
                if (type != null) {
                    kept.put(
                            name,
                            value instanceof RecordValue inner && type instanceof Members declared
                                    ? declared.trimmed(inner)
                                    : value);
                }
            });
            return kept.build();
        }

        @Override
        public String written() {
            return "record";
        }
    }

    /** A member of a record. */
    record Member(String name, AttributeType type, boolean required) {}
}
