package dev.countersign.recorded;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/**
 * The stored form of a record: a format byte and its JSON, deflated (RFC 1951) against a dictionary of what nearly every
 * record says. For one thread.
 */
final class PackedRecord implements AutoCloseable {
    /** Names the dictionary. A new dictionary gets a new number; the old one stays readable. */
    private static final byte FORMAT = 1;

    /** The likeliest last, as zlib wants it. */
    private static final byte[] DICTIONARY = """
            "text":"No policy permits this""text":"A policy forbids this""text":"Something more is needed first"\
            "code":"forbidden","code":"no_permit","code":"approval_required","code":"step_up_required",\
            "enforcement_point":"{"kind":"signature","policy":"{"kind":"approval","policy":"","quorum":2,\
            "group_type":"Group","group":"","expires":900,"separate":true,"satisfied":\
            {"kind":"step-up","policy":"","acr":"urn:countersign:acr:phr","max_age":300,"satisfied":false}\
            "step_up_acr":"urn:countersign:acr:phr","step_up_age":"transaction_type":"payment","transaction":{"amount":\
            {"__extn":{"fn":"decimal","arg":"0.00"}},"currency":"EUR","payee":{"iban":"","name":""},"reference":"\
            "binding":"none""binding":"mtls""signals":0,"policies":[],"policy_set":"sha256:","evidence_index":\
            "answered":{"outcome":"deny","deciding":[],"requirements":[]},\
            "answered":{"outcome":"open","deciding":["],"requirements":[{"kind":"proof","policy":"","satisfied":true}\
            ,"answered":{"outcome":"permit","deciding":["],"requirements":[]},\
            "request":{"principal":{"type":"User","id":""},"action":{"type":"Action","id":""},\
            "resource":{"type":"","id":""},"context":{"enforcement_point":"",\
            "network":{"ip":{"__extn":{"fn":"ip","arg":""}}},"now":{"__extn":{"fn":"datetime","arg":"20"}},\
            "session":{"acr":"urn:countersign:acr:base","age":,"amr":["pwd"],"auth_age":,"binding":"dpop","client":"",\
            "issuer":"https://","signals":0}},"entities":[{"uid":{"type":"User","id":""},\
            "attrs":{"name":"","person":""},"parents":[{"type":"Group","id":""}],"tags":{}},\
            {"uid":{"type":"","id":""},"attrs":{"owner":""},"parents":[],"tags":{}}]}}\
            {"evaluation_id":"ev_","at":"2026-","enforcement_point":"","code":"permitted","text":"Permitted","policies":["\
            """.getBytes(StandardCharsets.UTF_8);

    private final Deflater deflater = new Deflater(Deflater.BEST_SPEED, true);
    private final Inflater inflater = new Inflater(true);
    private final byte[] buffer = new byte[8_192];

    byte[] pack(byte[] json) {
        deflater.reset();
        deflater.setDictionary(DICTIONARY);
        deflater.setInput(json);
        deflater.finish();
        var out = new ByteArrayOutputStream(512);
        out.write(FORMAT);
        while (!deflater.finished()) {
            out.write(buffer, 0, deflater.deflate(buffer));
        }
        return out.toByteArray();
    }

    /** Throws {@link IllegalArgumentException} when these bytes were not packed here or hold more than a record may. */
    byte[] unpack(byte[] packed) {
        if (packed.length == 0 || packed[0] != FORMAT) {
            throw new IllegalArgumentException("a record in an unknown format");
        }
        inflater.reset();
        inflater.setDictionary(DICTIONARY);
        inflater.setInput(packed, 1, packed.length - 1);
        var out = new ByteArrayOutputStream(2_048);
        try {
            while (!inflater.finished()) {
                var count = inflater.inflate(buffer);
                if (count == 0 && !inflater.finished()) {
                    throw new IllegalArgumentException("a record is cut short");
                }
                out.write(buffer, 0, count);
                if (out.size() > RecordJson.MAX_BYTES) {
                    throw new IllegalArgumentException("a record is larger than " + RecordJson.MAX_BYTES + " bytes");
                }
            }
        } catch (DataFormatException e) {
            throw new IllegalArgumentException("a record is damaged: " + e.getMessage());
        }
        return out.toByteArray();
    }

    @Override
    public void close() {
        deflater.end();
        inflater.end();
    }
}
