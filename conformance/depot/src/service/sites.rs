//! Sites and their bins.

use depot_api::operations::{
    DeleteBinParameters, DeleteSiteParameters, GetBinParameters, GetSiteParameters,
    ListSitesParameters, PutBinParameters,
};
use depot_api::responses::{CreateSiteCreated, ListSitesOk, PutBinCreated};
use depot_api::server::{
    Context, CreateSiteResponse, DeleteBinResponse, DeleteSiteResponse, GetBinResponse,
    GetSiteResponse, ListSitesResponse, PutBinResponse, Sites,
};
use depot_api::types::{Bin, BinRequest, Site, SiteRequest};

use super::page::{Numbered, links};
use super::{Caller, Depot, missing, permits, problem};

impl Sites for Depot {
    async fn list_sites(
        &self,
        caller: Caller,
        parameters: ListSitesParameters,
        _: &Context,
    ) -> ListSitesResponse {
        let page = Numbered {
            number: parameters.page_or_default(),
            size: parameters.per_page_or_default(),
        };
        self.with(&caller, |company, _| {
            let total = company.sites.len();
            let ids = company.sites.keys().skip(page.skipped()).take(page.taken());
            ListSitesResponse::Ok(ListSitesOk {
                link: links("/sites", page, total),
                x_total_count: i64::try_from(total).unwrap_or(i64::MAX),
                body: ids.filter_map(|id| company.shown_site(*id)).collect(),
            })
        })
    }

    permits!(authorize_create_site() -> CreateSiteResponse);

    async fn create_site(
        &self,
        caller: Caller,
        body: SiteRequest,
        _: &Context,
    ) -> CreateSiteResponse {
        self.with(&caller, |company, clock| {
            let id = clock.id();
            let site = Site {
                id,
                created_at: clock.now(),
                bin_count: 0,
                name: body.name,
                address: body.address,
            };
            company.sites.insert(id, site.clone());
            let location = format!("/sites/{id}");
            CreateSiteResponse::Created(CreateSiteCreated { location, body: site })
        })
    }

    async fn get_site(
        &self,
        caller: Caller,
        parameters: GetSiteParameters,
        _: &Context,
    ) -> GetSiteResponse {
        let site = self.with(&caller, |company, _| company.shown_site(parameters.site_id));
        site.map_or_else(|| GetSiteResponse::NotFound(missing("site")), GetSiteResponse::Ok)
    }

    permits!(authorize_delete_site(DeleteSiteParameters) -> DeleteSiteResponse);

    async fn delete_site(
        &self,
        caller: Caller,
        parameters: DeleteSiteParameters,
        _: &Context,
    ) -> DeleteSiteResponse {
        let id = parameters.site_id;
        self.with(&caller, |company, _| {
            if company.bin_count(id) > 0 {
                return DeleteSiteResponse::Conflict(problem(409, "the site has bins"));
            }
            match company.sites.remove(&id) {
                Some(_) => DeleteSiteResponse::NoContent,
                None => DeleteSiteResponse::NotFound(missing("site")),
            }
        })
    }

    permits!(authorize_put_bin(PutBinParameters) -> PutBinResponse);

    async fn put_bin(
        &self,
        caller: Caller,
        parameters: PutBinParameters,
        body: BinRequest,
        _: &Context,
    ) -> PutBinResponse {
        let PutBinParameters { site_id, code, if_none_match } = parameters;
        self.with(&caller, |company, _| {
            if !company.sites.contains_key(&site_id) {
                return PutBinResponse::NotFound(missing("site"));
            }
            let key = (site_id, code.clone());
            let is_there = company.bins.contains_key(&key);
            if is_there && if_none_match.is_some() {
                return PutBinResponse::PreconditionFailed(problem(412, "the bin is there"));
            }
            let stored = company.stored(site_id, &code);
            let bin = Bin {
                site_id,
                code: code.clone(),
                stored,
                kind: body.kind,
                capacity: body.capacity,
            };
            company.bins.insert(key, bin.clone());
            if is_there {
                return PutBinResponse::Ok(bin);
            }
            let location = format!("/sites/{site_id}/bins/{code}");
            PutBinResponse::Created(PutBinCreated { location, body: bin })
        })
    }

    async fn get_bin(
        &self,
        caller: Caller,
        parameters: GetBinParameters,
        _: &Context,
    ) -> GetBinResponse {
        let GetBinParameters { site_id, code } = parameters;
        let bin = self.with(&caller, |company, _| company.shown_bin(site_id, &code));
        bin.map_or_else(|| GetBinResponse::NotFound(missing("bin")), GetBinResponse::Ok)
    }

    permits!(authorize_delete_bin(DeleteBinParameters) -> DeleteBinResponse);

    async fn delete_bin(
        &self,
        caller: Caller,
        parameters: DeleteBinParameters,
        _: &Context,
    ) -> DeleteBinResponse {
        let DeleteBinParameters { site_id, code } = parameters;
        self.with(&caller, |company, _| {
            if company.stored(site_id, &code) > 0 {
                return DeleteBinResponse::Conflict(problem(409, "something lies in the bin"));
            }
            match company.bins.remove(&(site_id, code)) {
                Some(_) => DeleteBinResponse::NoContent,
                None => DeleteBinResponse::NotFound(missing("bin")),
            }
        })
    }
}
