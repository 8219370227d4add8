//! The operations with a parameter, for a macro that does the same for each of them: method,
//! operation, what it takes, what it answers, parameter.

macro_rules! operations {
    ($then:ident) => {
        $then! {
            path_simple_text PathSimpleText PathSimpleTextParameters PathSimpleTextResponse value;
            path_simple_number PathSimpleNumber PathSimpleNumberParameters PathSimpleNumberResponse value;
            path_simple_words PathSimpleWords PathSimpleWordsParameters PathSimpleWordsResponse value;
            path_simple_thing PathSimpleThing PathSimpleThingParameters PathSimpleThingResponse value;
            path_simple_words_each PathSimpleWordsEach PathSimpleWordsEachParameters PathSimpleWordsEachResponse value;
            path_simple_thing_each PathSimpleThingEach PathSimpleThingEachParameters PathSimpleThingEachResponse value;
            path_label_text PathLabelText PathLabelTextParameters PathLabelTextResponse value;
            path_label_number PathLabelNumber PathLabelNumberParameters PathLabelNumberResponse value;
            path_label_words PathLabelWords PathLabelWordsParameters PathLabelWordsResponse value;
            path_label_thing PathLabelThing PathLabelThingParameters PathLabelThingResponse value;
            path_label_words_each PathLabelWordsEach PathLabelWordsEachParameters PathLabelWordsEachResponse value;
            path_label_thing_each PathLabelThingEach PathLabelThingEachParameters PathLabelThingEachResponse value;
            path_matrix_text PathMatrixText PathMatrixTextParameters PathMatrixTextResponse value;
            path_matrix_number PathMatrixNumber PathMatrixNumberParameters PathMatrixNumberResponse value;
            path_matrix_words PathMatrixWords PathMatrixWordsParameters PathMatrixWordsResponse value;
            path_matrix_thing PathMatrixThing PathMatrixThingParameters PathMatrixThingResponse value;
            path_matrix_words_each PathMatrixWordsEach PathMatrixWordsEachParameters PathMatrixWordsEachResponse value;
            path_matrix_thing_each PathMatrixThingEach PathMatrixThingEachParameters PathMatrixThingEachResponse value;
            query_form_text QueryFormText QueryFormTextParameters QueryFormTextResponse value;
            query_form_number QueryFormNumber QueryFormNumberParameters QueryFormNumberResponse value;
            query_form_words QueryFormWords QueryFormWordsParameters QueryFormWordsResponse value;
            query_form_thing QueryFormThing QueryFormThingParameters QueryFormThingResponse value;
            query_form_words_each QueryFormWordsEach QueryFormWordsEachParameters QueryFormWordsEachResponse value;
            query_form_thing_each QueryFormThingEach QueryFormThingEachParameters QueryFormThingEachResponse value;
            query_space_delimited_words QuerySpaceDelimitedWords QuerySpaceDelimitedWordsParameters QuerySpaceDelimitedWordsResponse value;
            query_pipe_delimited_words QueryPipeDelimitedWords QueryPipeDelimitedWordsParameters QueryPipeDelimitedWordsResponse value;
            query_deep_object_thing_each QueryDeepObjectThingEach QueryDeepObjectThingEachParameters QueryDeepObjectThingEachResponse value;
            header_simple_text HeaderSimpleText HeaderSimpleTextParameters HeaderSimpleTextResponse x_value;
            header_simple_number HeaderSimpleNumber HeaderSimpleNumberParameters HeaderSimpleNumberResponse x_value;
            header_simple_words HeaderSimpleWords HeaderSimpleWordsParameters HeaderSimpleWordsResponse x_value;
            header_simple_thing HeaderSimpleThing HeaderSimpleThingParameters HeaderSimpleThingResponse x_value;
            header_simple_thing_each HeaderSimpleThingEach HeaderSimpleThingEachParameters HeaderSimpleThingEachResponse x_value;
            cookie_form_text CookieFormText CookieFormTextParameters CookieFormTextResponse value;
            cookie_form_number CookieFormNumber CookieFormNumberParameters CookieFormNumberResponse value;
            cookie_form_words CookieFormWords CookieFormWordsParameters CookieFormWordsResponse value;
            cookie_form_thing CookieFormThing CookieFormThingParameters CookieFormThingResponse value;
        }
    };
}

pub(crate) use operations;

/// The operation id of a type: `pathSimpleText` of `PathSimpleText`.
pub(crate) fn id(name: &str) -> String {
    name.char_indices()
        .map(|(at, letter)| if at == 0 { letter.to_ascii_lowercase() } else { letter })
        .collect()
}
