package dev.countersign.cli.offline;

import dev.countersign.cli.approve.Asked;
import dev.countersign.cli.remote.PrivateFile;
import dev.countersign.cli.remote.ServerRefusal;
import dev.countersign.offline.AnswerFile;
import dev.countersign.offline.AnswerFile.Answer;
import dev.countersign.offline.RequestFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** Shows the requests of a file one by one, from the bytes that are signed, and writes a file of answers. */
final class BatchSigning {
    private final PrintWriter out;
    private final Questions questions;
    private final InstantSource clock;

    BatchSigning(PrintWriter out, Questions questions, InstantSource clock) {
        this.out = out;
        this.questions = questions;
        this.clock = clock;
    }

    /** The exit code. Throws {@link ServerRefusal} or {@link IllegalArgumentException} when the file is not to be signed. */
    int run(BatchOptions options, Path keyFile, Passphrase passphrase) {
        var device = DeviceFile.read(keyFile, passphrase);
        if (!(device.key() instanceof DeviceKey.Ed25519Key key)) {
            throw new ServerRefusal("A code generator cannot answer files");
        }
        var file = RequestFile.read(bytes(options.file), serverKeys(options, device));
        requireFor(key, file);
        var signed = SignedFiles.of(keyFile);
        signed.requireNext(file, options.skipTo);
        var answersFile = options.answers == null
                ? options.file.resolveSibling(options.file.getFileName() + ".answers")
                : options.answers;
        if (Files.exists(answersFile)) {
            throw new ServerRefusal(answersFile + ": is there already");
        }
        var answers = answers(key, file);
        PrivateFile.create(answersFile, AnswerFile.write(file, answers, key::signature));
        signed.signed(file);
        var count = answers.stream().filter(answer -> answer.code() != null).count();
        out.println(answersFile + ": " + count + " of " + answers.size() + " signed. Bring it to /offline-files.");
        return count == 0 ? OfflineSignCommand.DECLINED : 0;
    }

    private void requireFor(DeviceKey.Ed25519Key key, RequestFile file) {
        var head = file.head();
        if (!Arrays.equals(ServerKeys.decoded(head.publicKey()), key.publicKey())) {
            throw new ServerRefusal("This file is for another key");
        }
        if (!clock.instant().isBefore(head.expiresAt())) {
            throw new ServerRefusal("This file was good until " + head.expiresAt());
        }
    }

    private List<Answer> answers(DeviceKey.Ed25519Key key, RequestFile file) {
        var head = file.head();
        out.println("File " + head.sequence() + " of " + Asked.printable(head.issuer()) + " for "
                + Asked.printable(head.person()) + ", " + file.requests().size() + " requests, good until "
                + head.expiresAt());
        var answers = new ArrayList<Answer>();
        for (var request : file.requests()) {
            out.println();
            out.println(
                    "Request " + (answers.size() + 1) + " of " + file.requests().size());
            answers.add(answer(key, request));
        }
        return answers;
    }

    private Answer answer(DeviceKey.Ed25519Key key, JsonNode request) {
        var asked = OfflineSignCommand.asked(request);
        asked.print(out);
        if (!questions.isWanted("Sign exactly this?")) {
            out.println("not signed");
            return new Answer(asked.id(), null);
        }
        var challenge = asked.challenge(request.path("nonce").asString(""));
        return new Answer(asked.id(), key.answer(Base64.getUrlDecoder().decode(challenge)));
    }

    private static byte[] bytes(Path file) {
        try {
            if (Files.size(file) > RequestFile.MAX_BYTES) {
                throw new ServerRefusal(file + ": larger than " + RequestFile.MAX_BYTES + " bytes");
            }
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new ServerRefusal(file + ": cannot be read");
        }
    }

    private static List<byte[]> serverKeys(BatchOptions options, DeviceFile device) {
        if (options.serverKey != null) {
            return ServerKeys.of(options.serverKey);
        }
        if (device.serverKey() == null) {
            throw new ServerRefusal("This device does not know the server's key: give it with --server-key");
        }
        return List.of(device.serverKey());
    }
}
