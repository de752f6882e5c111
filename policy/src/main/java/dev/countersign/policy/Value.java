package dev.countersign.policy;

/** A Cedar value (Cedar reference, "Data types"). Equal by content; values of different types are never equal. */
public sealed interface Value
        permits Bool,
                LongValue,
                StringValue,
                SetValue,
                RecordValue,
                EntityUid,
                DecimalValue,
                IpValue,
                DatetimeValue,
                DurationValue {

    /** The type's name as Cedar's documentation writes it. */
    String typeName();
}
